// Slack's text as nodes of the page. Whatever people or the app wrote becomes text nodes, never markup.

/** An element with attributes and children; children that are strings become text. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const EMOJI = {
  tada: "🎉", thumbsup: "👍", "+1": "👍", thumbsdown: "👎", "-1": "👎", eyes: "👀", heart: "❤️", postbox: "📮", wave: "👋", pray: "🙏",
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", bell: "🔔", ear: "👂", bulb: "💡", bug: "🐛", fire: "🔥",
  rocket: "🚀", smile: "😄", slightly_smiling_face: "🙂", thinking_face: "🤔", raised_hands: "🙌", clap: "👏", speech_balloon: "💬",
  memo: "📝", calendar: "📅", hourglass: "⌛", mailbox: "📫", sparkles: "✨", star: "⭐", question: "❓", exclamation: "❗", lock: "🔒",
};

export function emoji(name) {
  return EMOJI[name] ?? `:${name}:`;
}

export const QUICK_EMOJI = ["thumbsup", "eyes", "tada", "heart", "white_check_mark", "postbox"];

const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** What the names and times in a text are looked up in: people and channels by id, and the reader's time zone. */
export const book = { people: new Map(), channels: new Map(), tz: undefined, open: () => {} };

export function personName(id) {
  return book.people.get(id)?.name ?? id;
}

function mention(id, shown) {
  return el("span", { class: "mention" }, `@${shown ?? personName(id)}`);
}

function channelLink(id, shown) {
  const known = book.channels.get(id);
  const name = known?.name ?? shown;
  if (!name) return el("span", { class: "mention" }, "#private channel");
  if (!known) return el("span", { class: "mention" }, `#${name}`);
  return el("button", { class: "mention", type: "button", onclick: () => book.open(id) }, `#${name}`);
}

/** A link that leads out only by http, and to a message here where it is a permalink of this workspace. */
export function link(url, shown) {
  const here = /^https:\/\/[^/]+\.slack\.com\/archives\/([A-Z0-9]+)(?:\/p(\d+)(\d{6}))?/.exec(url);
  if (here && book.channels.has(here[1])) {
    const root = /[?&]thread_ts=([\d.]+)/.exec(url)?.[1];
    const ts = here[2] ? `${here[2]}.${here[3]}` : undefined;
    return el("button", { class: "link", type: "button", onclick: () => book.open(here[1], ts, root) }, shown ?? url);
  }
  if (!/^(https?|mailto):/i.test(url)) return shown ?? url;
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, shown ?? url);
}

const DATE_PARTS = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  date_pretty: { year: "numeric", month: "long", day: "numeric" },
  date_short_pretty: { year: "numeric", month: "short", day: "numeric" },
  date_long_pretty: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  day_divider_pretty: { weekday: "long", month: "long", day: "numeric" },
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
};

/** A moment (seconds since 1970) in the reader's time zone. */
export function moment(seconds, parts) {
  const when = new Date(seconds * 1000);
  try {
    return new Intl.DateTimeFormat("en-GB", { ...parts, timeZone: book.tz }).format(when);
  } catch {
    return new Intl.DateTimeFormat("en-GB", parts).format(when);
  }
}

export const clock = (seconds) => moment(seconds, DATE_PARTS.time);
export const day = (seconds) => moment(seconds, { weekday: "long", day: "numeric", month: "long" });

function date(seconds, format, fallback) {
  if (!Number.isFinite(seconds)) return fallback ?? "";
  const shown = format.replace(/\{(\w+)\}/g, (whole, name) => (DATE_PARTS[name] ? moment(seconds, DATE_PARTS[name]) : whole));
  return el("time", { datetime: new Date(seconds * 1000).toISOString(), title: fallback }, shown);
}

/** What stands between angle brackets. */
function control(inner) {
  const bar = inner.indexOf("|");
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const shown = bar < 0 ? undefined : unescape(inner.slice(bar + 1)) || undefined;
  if (target.startsWith("@")) return mention(target.slice(1), shown);
  if (target.startsWith("#")) return channelLink(target.slice(1), shown);
  if (target.startsWith("!date^")) {
    const [, seconds, format, url] = target.split("^");
    const node = date(Number(seconds), unescape(format ?? ""), shown);
    return url && typeof node !== "string" ? link(unescape(url), node) : node;
  }
  if (target.startsWith("!subteam^")) return el("span", { class: "mention" }, shown ?? "@group");
  if (target.startsWith("!")) return el("span", { class: "mention loud" }, `@${shown ?? target.slice(1)}`);
  return link(unescape(target), shown);
}

const STYLES = [["*", "strong"], ["_", "em"], ["~", "s"]];

/** One line of mrkdwn as nodes. */
export function inline(text) {
  const out = [];
  let plain = "";
  const flush = () => {
    if (plain) out.push(unescape(plain));
    plain = "";
  };
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const code = /^`([^`\n]+)`/.exec(rest);
    const angle = /^<([^<>\n]+)>/.exec(rest);
    const named = /^:([a-z0-9_+'-]+):/.exec(rest);
    const styled = styledAt(rest, text[at - 1]);
    const taken = code ?? angle ?? styled ?? (named && EMOJI[named[1]] ? named : null);
    if (!taken) {
      plain += text[at];
      at += 1;
      continue;
    }
    flush();
    if (taken === code) out.push(el("code", {}, unescape(code[1])));
    else if (taken === angle) out.push(control(angle[1]));
    else if (taken === styled) out.push(el(styled.tag, {}, inline(styled[1])));
    else out.push(emoji(named[1]));
    at += taken[0].length;
  }
  flush();
  return out;
}

/** `*bold*` and the like, where the signs stand at the edges of words. */
function styledAt(rest, before) {
  if (before && /[\p{L}\p{N}]/u.test(before)) return null;
  for (const [sign, tag] of STYLES) {
    if (rest[0] !== sign) continue;
    const found = new RegExp(`^[${sign}](\\S(?:[^${sign}\\n]*\\S)?)[${sign}](?![\\p{L}\\p{N}])`, "u").exec(rest);
    if (found) return Object.assign(found, { tag });
  }
  return null;
}

/** A whole mrkdwn text: lines, quotes, code. */
export function mrkdwn(text) {
  const out = [];
  for (const [at, part] of String(text).split("```").entries()) {
    if (at % 2) {
      out.push(el("pre", {}, unescape(part.replace(/^\n/, ""))));
      continue;
    }
    let quote = null;
    const lines = part.split("\n");
    for (const [number, line] of lines.entries()) {
      const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
      if (quoted) {
        if (!quote) out.push((quote = el("blockquote")));
        else quote.append(el("br"));
        quote.append(...inline(quoted[1]));
        continue;
      }
      // A quote is a block of its own: no line break after it.
      if (number > 0 && !quote) out.push(el("br"));
      quote = null;
      out.push(...inline(line));
    }
  }
  return out;
}

/** A text object of Block Kit, or nothing. */
export function textObject(object) {
  if (!object || typeof object.text !== "string") return [];
  return object.type === "mrkdwn" ? mrkdwn(object.text) : plainText(object.text);
}

export function plainText(text) {
  const out = [];
  for (const [at, line] of String(text).split("\n").entries()) {
    if (at) out.push(el("br"));
    out.push(line.replace(/:([a-z0-9_+'-]+):/g, (whole, name) => EMOJI[name] ?? whole));
  }
  return out;
}

export { mention, channelLink, date };

// Slack's mrkdwn as a tree of plain objects; what draws it is elsewhere, and tests need no browser.
//
// Blocks: {kind: "lines", lines: [[inline]]}, {kind: "quote", blocks}, {kind: "pre", text}.
// Inline: a string, or {kind: "bold"|"italic"|"strike", children}, {kind: "code", text}, {kind: "emoji", name},
// {kind: "link", url, label?}, {kind: "user"|"channel"|"group", id, label?}, {kind: "special", name, label?},
// {kind: "date", seconds, format, url?, fallback}. All texts are unescaped, once.
import { emojiChar } from "./emoji.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
export const unescape = (text) => text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);
export const escape = (text) => String(text).replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);

/** The blocks of a whole text. */
export function parse(text) {
  const whole = String(text ?? "").replaceAll("\r\n", "\n");
  const rest = restQuote(whole);
  if (rest < 0) return parseFences(whole);
  const before = whole.slice(0, rest).replace(/\n$/, "");
  const quoted = whole.slice(rest).replace(/^(?:&gt;|>){3} ?\n?/, "");
  return [...(before ? parseFences(before) : []), { kind: "quote", blocks: parseFences(quoted) }];
}

/** Where `>>>` begins a line outside code, for all that follows is quoted then; -1 when nowhere. */
function restQuote(text) {
  let inCode = false;
  for (const match of text.matchAll(/```|^(?:&gt;|>){3}/gm)) {
    if (match[0] === "```") inCode = !inCode;
    else if (!inCode) return match.index;
  }
  return -1;
}

function parseFences(text) {
  const parts = text.split("```");
  // A fence that nobody closed is three backticks.
  if (parts.length % 2 === 0) parts.push(`${parts.splice(-2).join("```")}`);
  const blocks = [];
  for (const [at, part] of parts.entries()) {
    if (at % 2) blocks.push({ kind: "pre", text: unescape(part.replace(/^\n/, "").replace(/\n$/, "")) });
    else addLines(blocks, at ? part.replace(/^\n/, "") : part, at < parts.length - 1);
  }
  return blocks;
}

function addLines(blocks, part, beforeFence) {
  const text = beforeFence ? part.replace(/\n$/, "") : part;
  if (!text) return;
  let open = null;
  for (const line of text.split("\n")) {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    const kind = quoted ? "quote" : "lines";
    if (open?.kind !== kind) blocks.push((open = quoted ? { kind, blocks: [{ kind: "lines", lines: [] }] } : { kind, lines: [] }));
    (quoted ? open.blocks[0] : open).lines.push(inline(quoted ? quoted[1] : line));
  }
}

const ATOM = /`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):|https?:\/\/[^\s<>|`]+/g;

/** One line. */
export function inline(line) {
  const units = [];
  let last = 0;
  for (const match of line.matchAll(ATOM)) {
    const node = atom(match);
    if (!node) continue;
    for (const char of line.slice(last, match.index)) units.push(char);
    units.push(node.taken === undefined ? node : { kind: node.kind, url: node.url });
    // Signs at the end of a bare address belong to the sentence.
    last = match.index + (node.taken ?? match[0].length);
  }
  for (const char of line.slice(last)) units.push(char);
  return styled(units, 0, units.length, "");
}

function atom([whole, code, angle, emoji]) {
  if (code !== undefined) return { kind: "code", text: unescape(code) };
  if (angle !== undefined) return control(angle);
  if (emoji !== undefined) return emojiChar(emoji) ? { kind: "emoji", name: emoji } : null;
  const url = whole.replace(/(?:&gt;|&lt;).*$/, "").replace(/[*_~.,;:!?)'"\]]+$/, "");
  return { kind: "link", url: unescape(url), taken: url.length };
}

/** What stands between angle brackets. */
function control(inner) {
  const bar = inner.indexOf("|");
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? undefined : unescape(inner.slice(bar + 1)) || undefined;
  const sign = target[0];
  if (sign === "@") return { kind: "user", id: target.slice(1), label };
  if (sign === "#") return { kind: "channel", id: target.slice(1), label };
  if (target.startsWith("!subteam^")) return { kind: "group", id: target.slice(9), label };
  if (target.startsWith("!date^")) {
    const [, seconds, format, url] = target.split("^");
    return { kind: "date", seconds: seconds ? Number(seconds) : NaN, format: unescape(format ?? ""), url: url && unescape(url), fallback: label };
  }
  if (sign === "!") return { kind: "special", name: target.slice(1).split("^")[0], label };
  // What names no scheme is no link: it stays as it was typed.
  return /^[a-z][a-z0-9+.-]*:/i.test(target) ? { kind: "link", url: unescape(target), label } : `<${inner}>`;
}

const STYLES = { "*": "bold", _: "italic", "~": "strike" };
const isWord = (unit) => typeof unit === "string" && /[\p{L}\p{N}]/u.test(unit);
const isSpace = (unit) => typeof unit === "string" && /\s/.test(unit);

/** Styles whose signs stand at the edges of words; `within` are the signs of the styles around. */
function styled(units, from, to, within) {
  const out = [];
  const hopeless = new Set();
  let plain = "";
  for (let at = from; at < to; at += 1) {
    const unit = units[at];
    const open = STYLES[unit] && !within.includes(unit) && !hopeless.has(unit) && opens(units, at, to);
    const end = open ? closer(units, at, to) : -1;
    if (open && end < 0) hopeless.add(unit);
    if (end < 0 && typeof unit === "string") {
      plain += unit;
      continue;
    }
    if (plain) out.push(unescape(plain));
    plain = "";
    if (end < 0) out.push(unit);
    else out.push({ kind: STYLES[unit], children: styled(units, at + 1, end, within + unit) });
    if (end > 0) at = end;
  }
  if (plain) out.push(unescape(plain));
  return out;
}

function opens(units, at, to) {
  const [before, sign, after] = [units[at - 1], units[at], units[at + 1]];
  return at + 1 < to && !isWord(before) && before !== sign && after !== sign && !isSpace(after);
}

/** Where the style that opens here ends. That none is found holds for every later sign too, which keeps this linear. */
function closer(units, open, to) {
  const sign = units[open];
  for (let at = open + 2; at < to; at += 1) {
    if (units[at] !== sign || isSpace(units[at - 1]) || units[at - 1] === sign) continue;
    if (units[at + 1] !== sign && !isWord(units[at + 1])) return at;
  }
  return -1;
}

/** The text of a tree without its styles: for labels and searches. */
export function plain(nodes) {
  return nodes.map((node) => (typeof node === "string" ? node : (node.text ?? node.label ?? node.url ?? (node.children ? plain(node.children) : "")))).join("");
}

// Slack's texts as nodes of the page. Whatever people or the app wrote becomes text, never markup.
import { html } from "./vendor/preact.js";
import { emojiChar } from "./emoji.js";
import { book, personName } from "./text-book.js";
import { parse } from "./text-mrkdwn.js";
import { dateText, moment } from "./text-time.js";

export { emojiChar, emojiGroups, searchEmoji } from "./emoji.js";
export { book, fullName, personName } from "./text-book.js";
export { ago, clock, day, moment } from "./text-time.js";

/** A mrkdwn text. */
export function Mrkdwn({ text }) {
  return html`<span class="kit-text" dir="auto">${drawBlocks(parse(String(text ?? "")))}</span>`;
}

/** A text in which nothing but emoji and line ends means anything. */
export function PlainText({ text, emoji = true }) {
  return html`<span class="kit-text" dir="auto">${lines(plainLines(String(text ?? ""), emoji))}</span>`;
}

/** An emoji by its name; a name that is none stays as it was typed. */
export function Emoji({ name, unicode }) {
  const char = emojiChar(name) ?? fromCodes(unicode);
  if (!char) return `:${name}:`;
  return html`<span class="kit-emoji" role="img" aria-label=${String(name).replaceAll("_", " ")} title=${`:${name}:`}>${char}</span>`;
}

function fromCodes(unicode) {
  const codes = typeof unicode === "string" && /^[0-9a-f]{2,6}(-[0-9a-f]{2,6})*$/i.test(unicode) ? unicode.split("-").map((code) => parseInt(code, 16)) : [];
  return codes.length && codes.every((code) => code <= 0x10ffff) ? String.fromCodePoint(...codes) : null;
}

const NAMED = /:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/g;

function plainLines(text, emoji) {
  return text.split("\n").map((line) => (emoji ? withEmoji(line) : [line]));
}

function withEmoji(line) {
  const out = [];
  let last = 0;
  for (const match of line.matchAll(NAMED)) {
    if (!emojiChar(match[1])) continue;
    out.push(line.slice(last, match.index), html`<${Emoji} name=${match[1]} />`);
    last = match.index + match[0].length;
  }
  return [...out, line.slice(last)];
}

/** Lines of nodes, with breaks between them. */
export function lines(list) {
  return list.map((line, at) => (at ? [html`<br />`, line] : line));
}

function drawBlocks(blocks) {
  return blocks.map((block) => {
    if (block.kind === "pre") return html`<code class="kit-pre">${block.text}</code>`;
    if (block.kind === "quote") return html`<span class="kit-quote" role="blockquote">${drawBlocks(block.blocks)}</span>`;
    return lines(block.lines.map(drawInline));
  });
}

const TAGS = { bold: "strong", italic: "em", strike: "s" };

function drawInline(nodes) {
  return nodes.map((node) => (typeof node === "string" ? node : drawNode(node)));
}

function drawNode(node) {
  switch (node.kind) {
    case "code":
      return html`<code>${node.text}</code>`;
    case "emoji":
      return html`<${Emoji} name=${node.name} />`;
    case "link":
      return html`<${Link} url=${node.url}>${node.label && withEmoji(node.label)}<//>`;
    case "user":
      return html`<${User} id=${node.id} label=${node.label} />`;
    case "channel":
      return html`<${Channel} id=${node.id} label=${node.label} />`;
    case "group":
      return html`<span class="kit-mention">${node.label ? at(node.label) : "@group"}</span>`;
    case "special":
      return html`<${Special} name=${node.name} label=${node.label} />`;
    case "date":
      return html`<${When} ...${node} />`;
    default:
      return html`<${TAGS[node.kind]}>${drawInline(node.children)}<//>`;
  }
}

const at = (name) => (name.startsWith("@") ? name : `@${name}`);

export function User({ id, label }) {
  const known = book.people.has(id);
  return html`<span class=${`kit-mention${id && id === book.me ? " kit-mention-me" : ""}`}>${at(known || !label ? personName(String(id)) : label)}</span>`;
}

export function Channel({ id, label }) {
  const known = book.channels.get(id);
  const name = known?.name ?? label?.replace(/^#/, "");
  if (!name) return html`<span class="kit-mention">🔒 private channel</span>`;
  if (!known) return html`<span class="kit-mention">#${name}</span>`;
  return html`<button type="button" class="kit-mention" onclick=${() => book.open(id)}>#${name}</button>`;
}

/** @here, @channel, @everyone; anything else is its label. */
export function Special({ name, label }) {
  if (["here", "channel", "everyone", "group"].includes(name)) return html`<span class="kit-mention kit-mention-loud">@${name}</span>`;
  return label ?? `<${name}>`;
}

export function When({ seconds, format, url, fallback }) {
  const shown = dateText(Number(seconds), format || "{date}");
  if (shown === null) return fallback ?? "";
  const iso = new Date(seconds * 1000).toISOString();
  const full = moment(seconds, { dateStyle: "full", timeStyle: "short" });
  const node = html`<time datetime=${iso} title=${full}>${shown}</time>`;
  return url ? html`<${Link} url=${url}>${node}<//>` : node;
}

/** An address that may be followed, or null: only http, https and mailto. */
export function safeUrl(url) {
  const text = String(url ?? "").trim();
  return /^(https?:\/\/|mailto:)/i.test(text) && URL.canParse(text) ? text : null;
}

const bare = (url) => String(url ?? "").replace(/^mailto:/i, "");

/** A link that leads out, or to a message here where it is a permalink of this workspace. */
export function Link({ url, children, class: name = "kit-link" }) {
  const shown = hasContent(children) ? children : bare(url);
  const place = permalink(String(url ?? ""));
  if (place) return html`<button type="button" class=${name} onclick=${() => book.open(...place)}>${shown}</button>`;
  const safe = safeUrl(url);
  if (!safe) return shown;
  return html`<a class=${name} href=${safe} target="_blank" rel="noopener noreferrer" dir="auto">${shown}</a>`;
}

const hasContent = (children) => (Array.isArray(children) ? children.flat(9).some(hasContent) : Boolean(children));

function permalink(url) {
  const here = /^https:\/\/[^/]+\.slack\.com\/archives\/([A-Z0-9]+)(?:\/p(\d+)(\d{6}))?/.exec(url);
  if (!here || !book.channels.has(here[1])) return null;
  const root = /[?&]thread_ts=([\d.]+)/.exec(url)?.[1];
  return [here[1], here[2] && `${here[2]}.${here[3]}`, root];
}

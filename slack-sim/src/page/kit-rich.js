// Rich text, as Slack's own composer makes it.
import { html } from "./vendor/preact.js";
import { Channel, Emoji, Link, Special, User, When, lines } from "./text.js";
import { Icon } from "./kit-icons.js";
import { Note, object, objects, string, within } from "./kit-shape.js";

/** A rich_text block or object. */
export function RichText({ block }) {
  const parts = objects(block?.elements);
  if (!Array.isArray(block?.elements)) return html`<${Note}>This rich text has no elements.<//>`;
  return html`<div class="kit-rich" dir="auto">${parts.map(part)}</div>`;
}

function part(item) {
  const inner = objects(item.elements);
  const border = item.border === 1 ? " kit-bordered" : "";
  switch (item.type) {
    case "rich_text_section":
      return html`<div class="kit-rich-section" dir="auto">${inner.map(styledInline)}</div>`;
    case "rich_text_quote":
      return html`<blockquote class="kit-quote" dir="auto">${inner.map(styledInline)}</blockquote>`;
    case "rich_text_preformatted":
      return html`<pre class=${`kit-pre${border}`} data-language=${string(item.language) || undefined}>${inner.map((one) => (one.type === "link" ? inline(one) : string(one.text)))}</pre>`;
    case "rich_text_list":
      return list(item, inner, border);
    default:
      return html`<${Note}>A part of the type “${string(item.type).slice(0, 60) || "unknown"}” is not drawn here.<//>`;
  }
}

const NUMBERS = ["decimal", "lower-alpha", "lower-roman"];
const POINTS = ["disc", "circle", "square"];

function list(item, inner, border) {
  const level = within(item.indent, 0, 8, 0);
  const ordered = item.style === "ordered";
  const style = { marginInlineStart: `${1.6 * level}em`, listStyleType: (ordered ? NUMBERS : POINTS)[level % 3] };
  const points = inner.map((one) => html`<li dir="auto">${objects(one.elements).map(styledInline)}</li>`);
  return html`<${ordered ? "ol" : "ul"} class=${`kit-list${border}`} style=${style} start=${ordered ? within(item.offset, 0, 1e6, 0) + 1 : undefined}>${points}<//>`;
}

const STYLES = [["code", "code"], ["strike", "s"], ["underline", "u"], ["italic", "em"], ["bold", "strong"], ["highlight", "mark"], ["client_highlight", "mark"]];

function styledInline(item) {
  const style = object(item.style);
  return STYLES.reduce((node, [name, tag]) => (style[name] === true ? html`<${tag}>${node}<//>` : node), inline(item));
}

const INLINE = {
  text: (item) => lines(string(item.text).split("\n")),
  link: (item) => html`<${Link} url=${string(item.url)}>${string(item.text)}<//>`,
  user: (item) => html`<${User} id=${string(item.user_id)} />`,
  channel: (item) => html`<${Channel} id=${string(item.channel_id)} />`,
  usergroup: () => html`<span class="kit-mention">@group</span>`,
  team: (item) => html`<span class="kit-mention">@${string(item.team_id)}</span>`,
  broadcast: (item) => html`<${Special} name=${string(item.range)} />`,
  emoji: (item) => html`<${Emoji} name=${item.skin_tone ? `${string(item.name)}::skin-tone-${string(item.skin_tone)}` : string(item.name)} unicode=${item.unicode} />`,
  date: (item) => html`<${When} seconds=${item.timestamp} format=${string(item.format)} url=${string(item.url) || undefined} fallback=${string(item.fallback)} />`,
  color: (item) => html`<${Color} value=${string(item.value)} />`,
  tag: (item) => html`<span class="kit-tag">${string(item.text)}</span>`,
  citation: (item) => html`<sup><${Link} url=${string(item.url)}>[${string(item.index) || string(item.text)}]<//></sup>`,
};

function inline(item) {
  if (Object.hasOwn(INLINE, string(item.type))) return INLINE[item.type](item);
  // Files, canvases, records and the like: what they are called, with the way to them where there is one.
  if (string(item.text) || string(item.label)) return html`<span class="kit-thing"><${Icon} name="file" /> <${Link} url=${string(item.url)}>${string(item.text) || string(item.label)}<//></span>`;
  return html`<span class="kit-soft">[${string(item.type).slice(0, 60) || "something"}]</span>`;
}

function Color({ value }) {
  const known = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(value);
  return html`<span class="kit-color">${known && html`<span class="kit-swatch" style=${{ background: value }}></span>`}${value}</span>`;
}

// Between what is typed with Slack's marks and a rich_text object.
import { escape, parse } from "./text-mrkdwn.js";
import { object, objects, string } from "./kit-shape.js";
import { book } from "./text-book.js";

/** `*Hello* @lee`, typed, as {type: "rich_text", elements}; null for nothing. */
export function richOf(typed) {
  if (!typed.trim()) return null;
  const elements = [];
  for (const block of parse(escape(typed))) {
    if (block.kind === "pre") elements.push({ type: "rich_text_preformatted", elements: [{ type: "text", text: block.text }] });
    else if (block.kind === "quote") elements.push({ type: "rich_text_quote", elements: joined(block.blocks.flatMap((one) => one.lines ?? [[one.text]])) });
    else addLines(elements, block.lines);
  }
  return { type: "rich_text", elements };
}

function addLines(elements, lines) {
  let open = null;
  for (const line of lines) {
    const point = typeof line[0] === "string" ? /^( *)(?:([-•])|\d{1,3}[.)]) (.*)$/s.exec(line[0]) : null;
    const kind = point ? `${point[2] ? "bullet" : "ordered"}${indent(point)}` : "section";
    if (open?.kind !== kind) elements.push((open = { kind, lines: [], part: {} }).part);
    if (point) open.lines.push({ type: "rich_text_section", elements: spans([point[3], ...line.slice(1)], {}) });
    else open.lines.push(line);
    Object.assign(open.part, point ? { type: "rich_text_list", style: point[2] ? "bullet" : "ordered", indent: indent(point), border: 0, elements: open.lines } : { type: "rich_text_section", elements: joined(open.lines) });
  }
}

const indent = ([, blanks]) => Math.min(Math.floor(blanks.length / 2), 8);

const joined = (lines) => lines.flatMap((line, at) => [...(at ? [{ type: "text", text: "\n" }] : []), ...spans(line, {})]);

function spans(nodes, style) {
  const styled = (element) => (Object.keys(style).length ? { ...element, style } : element);
  return nodes.flatMap((node) => {
    if (typeof node === "string") return node ? mentions(node).map(styled) : [];
    if (node.kind === "code") return [{ type: "text", text: node.text, style: { ...style, code: true } }];
    if (node.kind === "emoji") return [{ type: "emoji", name: node.name }];
    if (node.kind === "link") return [styled({ type: "link", url: node.url })];
    return spans(node.children ?? [], { ...style, [node.kind]: true });
  });
}

/** @name and #channel of somebody and something that there is. */
function mentions(text) {
  const out = [];
  let last = 0;
  for (const match of text.matchAll(/(?<![\p{L}\p{N}])([@#])([\p{L}\p{N}._-]+)/gu)) {
    const found = match[1] === "@" ? person(match[2]) : channel(match[2]);
    if (!found) continue;
    if (match.index > last) out.push({ type: "text", text: text.slice(last, match.index) });
    out.push(found);
    last = match.index + match[0].length;
  }
  if (last < text.length) out.push({ type: "text", text: text.slice(last) });
  return out;
}

function person(name) {
  if (["here", "channel", "everyone"].includes(name)) return { type: "broadcast", range: name };
  const known = [...book.people.values()].find((one) => one.name === name);
  return known && { type: "user", user_id: known.id };
}

function channel(name) {
  const known = [...book.channels.values()].find((one) => one.name === name && !one.is_im);
  return known && { type: "channel", channel_id: known.id };
}

/** The text by which one goes on editing a rich_text object. */
export function typedOf(rich) {
  return objects(object(rich).elements).map(typedPart).join("\n");
}

function typedPart(part) {
  const inner = () => objects(part.elements).map(typedInline).join("");
  if (part.type === "rich_text_preformatted") return `\`\`\`\n${inner()}\n\`\`\``;
  if (part.type === "rich_text_quote") return inner().replace(/^/gm, "> ");
  if (part.type !== "rich_text_list") return inner();
  const blanks = "  ".repeat(Number(part.indent) || 0);
  return objects(part.elements).map((one, at) => `${blanks}${part.style === "ordered" ? `${at + 1}.` : "-"} ${typedPart(one)}`).join("\n");
}

const SIGNS = { code: "`", strike: "~", italic: "_", bold: "*" };

function typedInline(item) {
  const style = object(item.style);
  return Object.entries(SIGNS).reduce((text, [name, sign]) => (style[name] === true ? `${sign}${text}${sign}` : text), typedBare(item));
}

function typedBare(item) {
  if (item.type === "user") return `@${book.people.get(item.user_id)?.name ?? string(item.user_id)}`;
  if (item.type === "channel") return `#${book.channels.get(item.channel_id)?.name ?? string(item.channel_id)}`;
  if (item.type === "broadcast") return `@${string(item.range)}`;
  if (item.type === "emoji") return `:${string(item.name)}:`;
  return string(item.text) || string(item.url);
}

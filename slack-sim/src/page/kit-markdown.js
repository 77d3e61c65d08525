// The markdown block.
import { html } from "./vendor/preact.js";
import { Picture } from "./kit-image.js";
import { readMarkdown } from "./kit-markdown-read.js";
import { Note, string } from "./kit-shape.js";
import { Link, PlainText } from "./text.js";

export function Markdown({ block }) {
  if (!string(block.text)) return html`<${Note}>A markdown block needs a text.<//>`;
  return html`<div class="kit-markdown" dir="auto">${readMarkdown(block.text).map(part)}</div>`;
}

function part(block) {
  switch (block.kind) {
    case "heading":
      return html`<div class=${`kit-md-heading kit-md-${block.level}`} role="heading" aria-level=${Math.min(block.level + 2, 6)}>${block.children.map(inline)}</div>`;
    case "code":
      return html`<pre class="kit-pre" data-language=${block.language || undefined}>${block.text}</pre>`;
    case "quote":
      return html`<blockquote class="kit-quote">${block.blocks.map(part)}</blockquote>`;
    case "list":
      return list(block);
    case "table":
      return table(block);
    case "rule":
      return html`<hr class="kit-divider" />`;
    default:
      return html`<p>${block.lines.map((line, at) => [at > 0 && html`<br />`, line.map(inline)])}</p>`;
  }
}

function list(block) {
  const items = block.items.map(({ checked, blocks }) =>
    checked === undefined ? html`<li>${blocks.map(tight)}</li>` : html`<li class="kit-task-item"><input type="checkbox" checked=${checked} disabled aria-label=${checked ? "Done" : "To do"} /><div>${blocks.map(tight)}</div></li>`,
  );
  return block.ordered ? html`<ol class="kit-list" start=${block.start}>${items}</ol>` : html`<ul class="kit-list">${items}</ul>`;
}

// A paragraph in a list takes no room of its own.
const tight = (block) => (block.kind === "paragraph" ? html`<div>${block.lines.map((line, at) => [at > 0 && html`<br />`, line.map(inline)])}</div>` : part(block));

const ALIGN = { left: "", center: "kit-center", right: "kit-right" };

function table({ aligns, head, rows }) {
  const cell = (tag, children, at) => html`<${tag} scope=${tag === "th" ? "col" : undefined} class=${`kit-wrap ${ALIGN[aligns[at]]}`}>${children.map(inline)}<//>`;
  return html`<div class="kit-table-box" role="region" aria-label="Table" tabindex="0"><table class="kit-table">
    <thead><tr>${head.map((one, at) => cell("th", one, at))}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${row.map((one, at) => cell("td", one, at))}</tr>`)}</tbody>
  </table></div>`;
}

const TAGS = { bold: "strong", italic: "em", strike: "s" };

function inline(node) {
  if (typeof node === "string") return html`<${PlainText} text=${node} />`;
  switch (node.kind) {
    case "code":
      return html`<code>${node.text}</code>`;
    case "link":
      return html`<${Link} url=${node.url}>${node.children.map(inline)}<//>`;
    case "image":
      return html`<${Picture} of=${{ image_url: node.url, alt_text: node.alt }} class="kit-inline-image" />`;
    case "break":
      return html`<br />`;
    default:
      return html`<${TAGS[node.kind]}>${node.children.map(inline)}<//>`;
  }
}

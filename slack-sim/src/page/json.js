// JSON that can be read and folded.
import { html, useState } from "/vendor/preact.js";

/** What lies deeper is folded at first, and so is what is long. */
const DEEP = 3;
const LONG = 40;

const isPlain = (value) => value === null || typeof value !== "object";
const kind = (value) => (value === null ? "null" : typeof value);

const Key = ({ name }) => (name === undefined ? null : html`<span class="j-key">${name}</span>: `);

/** A value, its name if it has one, and how deep it stands. */
export function Json({ value, name, depth = 0 }) {
  const entries = isPlain(value) ? [] : Object.entries(value);
  const [open, setOpen] = useState(depth < DEEP && entries.length <= LONG);
  const [left, right] = Array.isArray(value) ? "[]" : "{}";
  if (isPlain(value)) return html`<div class="j"><${Key} name=${name} /><span class=${`j-${kind(value)}`}>${JSON.stringify(value)}</span></div>`;
  if (!entries.length) return html`<div class="j"><${Key} name=${name} />${left}${right}</div>`;
  const count = entries.length === 1 ? "1 entry" : `${entries.length} entries`;
  return html`
    <div class="j">
      <button type="button" class="j-fold" aria-expanded=${String(open)} onClick=${() => setOpen(!open)}><${Key} name=${name} />${left}${!open && html` <span class="soft">${count}</span> ${right}`}</button>
      ${open && html`<div class="j-in">${entries.map(([key, one]) => html`<${Json} key=${key} name=${Array.isArray(value) ? undefined : key} value=${one} depth=${depth + 1} />`)}</div>${right}`}
    </div>
  `;
}

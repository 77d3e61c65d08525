// table and data_table.
import { html, useMemo, useState } from "./vendor/preact.js";
import { Element } from "./kit-elements.js";
import { Icon } from "./kit-icons.js";
import { RichText } from "./kit-rich.js";
import { Note, finite, isObject, object, objects, string, within } from "./kit-shape.js";
import { PlainText } from "./text.js";

const rowsOf = (block) => (Array.isArray(block.rows) ? block.rows.filter(Array.isArray) : []);

function Cell({ cell, id, at }) {
  if (!isObject(cell)) return null;
  if (cell.type === "rich_text") return html`<${RichText} block=${cell} />`;
  if (cell.type === "action_cell") return isObject(cell.element) ? html`<${Element} element=${cell.element} block=${id} at=${at} />` : html`<${PlainText} text=${cellText(cell.fallback)} />`;
  return html`<${PlainText} text=${cellText(cell)} />`;
}

/** What a cell says: for sorting, searching and drawing. */
function cellText(cell) {
  if (!isObject(cell)) return "";
  if (cell.type === "rich_text") return objects(cell.elements).map(cellText).join(" ");
  if (Array.isArray(cell.elements)) return objects(cell.elements).map(cellText).join("");
  if (cell.type === "raw_number" && !string(cell.text)) return numbers.format(finite(cell.value) ?? NaN);
  return string(cell.text) || string(cell.name) || string(cell.url) || string(object(object(cell.element).text).text);
}

const numbers = new Intl.NumberFormat("en-US", { maximumFractionDigits: 6 });

/** Slack's simple table: the first row is the head; columns keep their lines whole unless told to wrap. */
export function Table({ block, id }) {
  const rows = rowsOf(block);
  const settings = Array.isArray(block.column_settings) ? block.column_settings.map(object) : [];
  if (!rows.length) return html`<${Note}>A table without rows.<//>`;
  const wide = Math.max(...rows.map((row) => row.length));
  const columns = Array.from({ length: wide }, (_, at) => {
    const { align, is_wrapped: wraps } = settings[at] ?? {};
    return `${["center", "right"].includes(align) ? `kit-${align}` : ""} ${wraps === true ? "kit-wrap" : ""}`;
  });
  const [head, ...body] = rows;
  return html`<div class="kit-table-box" role="region" aria-label="Table" tabindex="0"><table class="kit-table">
    <thead><tr>${columns.map((name, at) => html`<th scope="col" class=${name}><${Cell} cell=${head[at]} id=${id} at=${at} /></th>`)}</tr></thead>
    <tbody>${body.map((row) => html`<tr>${columns.map((name, at) => html`<td class=${name}><${Cell} cell=${row[at]} id=${id} at=${at} /></td>`)}</tr>`)}</tbody>
  </table></div>`;
}

/** Sorted by a column: numbers by size, all else by its words. */
function sorted(rows, { column, way }) {
  if (column === null) return rows;
  const key = (row) => (isObject(row[column]) && row[column].type === "raw_number" ? finite(row[column].value) : null);
  const compare = (a, b) => {
    const [x, y] = [key(a), key(b)];
    return x !== null && y !== null ? x - y : cellText(a[column]).localeCompare(cellText(b[column]), "en", { numeric: true });
  };
  return [...rows].sort((a, b) => way * compare(a, b));
}

export function DataTable({ block, id }) {
  const [head, ...all] = rowsOf(block);
  const [sort, setSort] = useState({ column: null, way: 1 });
  const [typed, setTyped] = useState("");
  const [page, setPage] = useState(0);
  const size = within(block.page_size, 1, 100, 5);
  const found = useMemo(() => all.filter((row) => row.some((cell) => cellText(cell).toLowerCase().includes(typed.toLowerCase()))), [block, typed]);
  const rows = useMemo(() => sorted(found, sort), [found, sort]);
  if (!head) return html`<${Note}>A data table without rows.<//>`;
  const last = Math.max(Math.ceil(rows.length / size) - 1, 0);
  const at = Math.min(page, last);
  const turn = (column) => {
    setSort(sort.column === column ? (sort.way === 1 ? { column, way: -1 } : { column: null, way: 1 }) : { column, way: 1 });
    setPage(0);
  };
  const numeric = head.map((_, column) => all.length > 0 && all.every((row) => isObject(row[column]) && row[column].type === "raw_number"));
  const name = within(block.row_header_column_index, 0, head.length - 1, 0);
  const caption = string(block.caption);
  return html`<div class="kit-data-table">
    <div class="kit-data-head">
      <div class="kit-caption" dir="auto">${caption || "Table"}</div>
      ${all.length > size && html`<label class="kit-search"><${Icon} name="search" /><span class="kit-hidden">Search in ${caption || "the table"}</span><input type="search" placeholder="Search" value=${typed} oninput=${(event) => (setTyped(event.target.value), setPage(0))} /></label>`}
    </div>
    <div class="kit-table-box" role="region" aria-label=${caption || "Table"} tabindex="0"><table class="kit-table">
      <caption class="kit-hidden">${caption}</caption>
      <thead><tr>${head.map((cell, column) => html`<${SortHead} cell=${cell} numeric=${numeric[column]} way=${sort.column === column ? sort.way : 0} onturn=${() => turn(column)} />`)}</tr></thead>
      <tbody>${rows.slice(at * size, (at + 1) * size).map((row) => html`<tr>${head.map((_, column) => html`<${column === name ? "th" : "td"} scope=${column === name ? "row" : undefined} class=${`kit-wrap ${numeric[column] ? "kit-right" : ""}`}><${Cell} cell=${row[column]} id=${id} at=${column} /><//>`)}</tr>`)}</tbody>
    </table></div>
    ${(last > 0 || typed) && html`<${Pages} at=${at} last=${last} size=${size} count=${rows.length} onturn=${setPage} />`}
  </div>`;
}

function SortHead({ cell, numeric, way, onturn }) {
  const order = { 1: "ascending", [-1]: "descending", 0: "none" }[way];
  return html`<th scope="col" aria-sort=${order} class=${numeric ? "kit-right" : ""}>
    <button type="button" class="kit-sort" onclick=${onturn}><${PlainText} text=${cellText(cell)} /><span class=${`kit-sort-sign${way ? "" : " kit-unsorted"}`}><${Icon} name=${way < 0 ? "caret-down" : "caret-up"} /></span></button>
  </th>`;
}

function Pages({ at, last, size, count, onturn }) {
  const turn = (to, label, icon) => html`<button type="button" class="kit-icon-button" aria-label=${label} disabled=${to < 0 || to > last} onclick=${() => onturn(to)}><${Icon} name=${icon} /></button>`;
  return html`<div class="kit-pages">
    <span class="kit-soft" role="status">${count ? `${at * size + 1} to ${Math.min((at + 1) * size, count)} of ${count}` : "No matches"}</span>
    ${turn(at - 1, "Earlier rows", "caret-left")}${turn(at + 1, "Further rows", "caret-right")}
  </div>`;
}

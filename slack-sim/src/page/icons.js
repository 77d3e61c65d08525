// Small drawings, all on one 20 by 20 grid, drawn in the colour of the text around them.
import { html } from "/vendor/preact.js";

const LINES = {
  hash: "M7.5 3 6 17M14 3l-1.5 14M3.5 7.5h13.5M3 12.5h13.5",
  lock: "M5.5 9h9v7.5h-9zM7.2 9V6.3a2.8 2.8 0 0 1 5.6 0V9",
  home: "M3.5 9.2 10 3.7l6.5 5.5M5.3 8v8.3h9.4V8M8.4 16.2v-4.4h3.2v4.4",
  chat: "M3.5 4.5h13v9h-7l-3.6 3v-3H3.5z",
  info: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 9.2v4.3M10 6.4v.2",
  smile: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM7.2 11.6c1.3 2 4.3 2 5.6 0M7.7 7.9v.3M12.3 7.9v.3",
  reply: "M3.5 4.5h13v9h-7l-3.6 3v-3H3.5zM7 8h6M7 10.5h4",
  more: "M10 5v.1M10 10v.1M10 15v.1",
  plus: "M10 4v12M4 10h12",
  bolt: "M11 2.8 4.8 11h4.4L8.8 17.2 15.2 9h-4.5z",
  send: "M3.4 4.2 17 10 3.4 15.8 5.3 10zM5.3 10H11",
  close: "M5 5l10 10M15 5 5 15",
  menu: "M3.5 5.5h13M3.5 10h13M3.5 14.5h13",
  search: "M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM13 13l3.7 3.7",
  people: "M7.5 9.5a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6ZM2.8 16.2c.2-6 9.2-6 9.4 0M13 4.2a2.6 2.6 0 0 1 0 5.1M14.2 11.7c2 .5 3 2.1 3 4.5",
  edit: "M4 16l.7-3.2L13 4.5l2.5 2.5-8.3 8.3zM11.5 6l2.5 2.5",
  trash: "M4 5.8h12M8 5.6V3.8h4v1.8M5.5 6l.7 10.2h7.6L14.5 6M8.6 8.8v4.6M11.4 8.8v4.6",
  link: "M8.4 11.6a3 3 0 0 0 4.3 0l2.8-2.8a3 3 0 0 0-4.3-4.3L10 5.7M11.6 8.4a3 3 0 0 0-4.3 0l-2.8 2.8a3 3 0 0 0 4.3 4.3l1.2-1.2",
  eye: "M2.5 10c3.4-6.2 11.6-6.2 15 0-3.4 6.2-11.6 6.2-15 0ZM10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z",
  file: "M5 2.8h6.5L15 6.3v10.9H5zM11.3 3v3.6H15",
  clip: "M14.8 9 9.4 14.4a3.2 3.2 0 0 1-4.6-4.6l6-6a2.2 2.2 0 0 1 3.1 3.1l-5.7 5.7a1.1 1.1 0 0 1-1.6-1.6L11.8 6",
  sun: "M10 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM10 2v1.6M10 16.4V18M2 10h1.6M16.4 10H18M4.3 4.3l1.2 1.2M14.5 14.5l1.2 1.2M4.3 15.7l1.2-1.2M14.5 5.5l1.2-1.2",
  moon: "M16.5 11.8A7 7 0 0 1 8.2 3.5a7 7 0 1 0 8.3 8.3Z",
  auto: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 3v14M12 5v10M14 6.5v7",
  wire: "M2.5 10h3l2-5.5 4 11 2.5-7.5 1 2h2.5",
  down: "M5 7.5l5 5 5-5",
  right: "M7.5 5l5 5-5 5",
  check: "M4 10.5l4 4 8-9",
  copy: "M7 7h9v9.5H7zM13 7V3.5H4V13h3",
  load: "M10 3v9.5M6 9l4 4 4-4M4 16.5h12",
  app: "M10 3v3M5 8.5h10v7.5H5zM7.8 11.5v1M12.2 11.5v1M3 11v3M17 11v3",
  globe: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM3 10h14M10 3c-4.5 4-4.5 10 0 14M10 3c4.5 4 4.5 10 0 14",
  box: "M3.5 4.5h13V8h-13zM4.7 8v8.2h10.6V8M8.3 10.8h3.4",
};

/** A drawing by name; what it says stands in the label of what holds it. */
export function Icon({ name, size = 18 }) {
  return html`<svg class="icon" viewBox="0 0 20 20" width=${size} height=${size} fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d=${LINES[name]} /></svg>`;
}

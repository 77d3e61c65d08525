// Line icons on a grid of 20, drawn for this page. Slack's names where Slack has one.
import { html } from "./vendor/preact.js";

const PATHS = {
  archive: "M3 4h14v4H3zM4.5 8v8h11V8M8 11.5h4",
  book: "M4 4.5c2-1 4-1 6 .5 2-1.5 4-1.5 6-.5v11c-2-1-4-1-6 .5-2-1.5-4-1.5-6-.5zM10 5v11",
  bookmark: "M5.5 3h9v14L10 13.5 5.5 17z",
  bot: "M4 8h12v8H4zM10 8V4.5M8.5 4.5h3M7.5 11.5v1M12.5 11.5v1M2 11v2.5M18 11v2.5",
  bug: "M6.5 8h7v5a3.5 3.5 0 0 1-7 0zM7.5 8a2.5 2.5 0 0 1 5 0M3 7l3.5 2M17 7l-3.5 2M3 12h3.5M13.5 12H17M3.5 17l3-2M16.5 17l-3-2",
  calendar: "M3.5 5h13v12h-13zM3.5 8.5h13M7 3v3.5M13 3v3.5",
  call: "M4 4h3.5L9 8 7 9.5c1 2 2 3 3.5 3.5L12 11l4 1.5V16c-6 1.5-13.5-5-12-12z",
  "caret-down": "M5 7.5l5 5 5-5",
  "caret-left": "M12.5 5l-5 5 5 5",
  "caret-right": "M7.5 5l5 5-5 5",
  "caret-up": "M5 12.5l5-5 5 5",
  check: "M4 10.5l4 4 8-9",
  clipboard: "M5 4.5h10V17H5zM8 3h4v3H8z",
  close: "M5 5l10 10M15 5L5 15",
  code: "M7 5.5L2.5 10 7 14.5M13 5.5l4.5 4.5-4.5 4.5",
  comment: "M3 4h14v9.5H9L5.5 17v-3.5H3z",
  compass: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM13 7l-2 4-4 2 2-4z",
  copy: "M7 7h9.5v9.5H7zM13 7V3.5H3.5V13H7",
  cube: "M10 2.5l6.5 3.5v8L10 17.5 3.5 14V6zM3.5 6L10 9.5 16.5 6M10 9.5v8",
  download: "M10 3v9M6 8.5l4 4 4-4M3.5 16.5h13",
  edit: "M4 16l.8-3.5L13.5 4 16 6.5 7.5 15.200zM11.5 6L14 8.5",
  email: "M3 5h14v10.5H3zM3 5.5l7 5.5 7-5.5",
  error: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM7.200 7.200l5.600 5.600M12.800 7.200l-5.600 5.600",
  "eye-closed": "M3 8.5c4 5 10 5 14 0M5 11l-1.5 2M10 12.5V15M15 11l1.5 2",
  "eye-open": "M2.5 10c4-6.5 11-6.5 15 0-4 6.5-11 6.5-15 0zM10 7.800a2.200 2.200 0 1 0 0 4.400 2.200 2.200 0 0 0 0-4.400z",
  file: "M5 2.5h7l3.5 3.5v11.5H5zM12 2.5V6h3.5",
  flag: "M5 17.5v-14M5 4h10.5l-2.5 3.5 2.5 3.5H5",
  folder: "M2.5 5h5.5l1.5 2h8v8.5h-15z",
  gear: "M10 7.200a2.800 2.800 0 1 0 0 5.600 2.800 2.800 0 0 0 0-5.600zM10 2.5v2.300M10 15.200v2.300M2.5 10h2.300M15.200 10h2.300M4.700 4.700l1.600 1.600M13.700 13.700l1.600 1.600M4.700 15.300l1.600-1.600M13.700 6.300l1.600-1.600",
  globe: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM2.5 10h15M10 2.5c-4 4-4 11 0 15 4-4 4-11 0-15z",
  heart: "M10 16.5C3 12 2.5 9 3 7c.8-3.5 5.300-3.800 7-.8 1.700-3 6.200-2.700 7 .8.5 2 0 5-7 9.5z",
  help: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM7.800 8c.2-2.800 4.5-2.5 4.300 0-.1 1.5-2 1.5-2.100 3.200M10 13.5v.8",
  image: "M3 4h14v12H3zM3 13l4-4 4.5 4.5L14 11l3 3M12.5 7.300v.4",
  info: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM10 9v5M10 6v.8",
  key: "M12.5 3a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM9.300 10.700L3 17M5 15l2 2M13.5 6.5h.1",
  lightbulb: "M7.5 13c-4-3-2.5-10 2.5-10s6.5 7 2.5 10v1.5h-5zM8 17h4",
  link: "M8.5 11.5l3-3M9 6.5l2-2a3.200 3.200 0 0 1 4.5 4.5l-2 2M11 13.5l-2 2A3.200 3.200 0 0 1 4.5 11l2-2",
  list: "M7.5 5h9M7.5 10h9M7.5 15h9M3.5 5h.5M3.5 10h.5M3.5 15h.5",
  map: "M3 5.5L7.5 3.5l5 2L17 3.5v11l-4.5 2-5-2L3 16.5zM7.5 3.5v11M12.5 5.5v11",
  mobile: "M6 2.5h8v15H6zM9 15h2",
  more: "M4.5 10h.1M10 10h.1M15.5 10h.1",
  "new-window": "M11 3.5h5.5V9M16.5 3.5L9 11M14 12v4.5H3.5V6H8",
  number: "M4 5h1v4M3.5 12h2l-2 3.5h2M9 5.5h8M9 14.5h8M9 10h8",
  pin: "M7 3h6l-1 5 3 3H5l3-3zM10 11v6",
  play: "M6 4l10 6-10 6z",
  plus: "M10 4v12M4 10h12",
  quote: "M3.5 4v12M7.5 6h9M7.5 10h9M7.5 14h6",
  refine: "M3 6h9M15.5 6H17M3 14h2M8.5 14H17M12 4.200h3.5v3.600H12zM5 12.200h3.5v3.600H5z",
  refresh: "M16 8a6.5 6.5 0 1 0 .5 3M16.5 3.5V8H12",
  rocket: "M8 12c0-5 3-9 8.5-8.5C17 9 13 12 8 12zM8 12l-4.5.5 2-3.5L9 8M8 12l-.5 4.5 3.5-2 1-3.5M13 7.300h.1",
  save: "M3.5 3.5h10l3 3v10h-13zM6.5 3.5V8h6V3.5M6.5 16.5v-5h7v5",
  screen: "M2.5 4h15v9.5h-15zM7 16.5h6",
  search: "M8.5 3.5a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM12.200 12.200L17 17",
  share: "M11.5 4.5L17 9.5l-5.5 5v-3C7 11.5 4.5 13 3 16c0-5.5 3.5-8.5 8.5-8.5z",
  sparkle: "M9 3l1.800 5.200L16 10l-5.200 1.800L9 17l-1.800-5.200L2 10l5.200-1.800zM16 2.5v4M14 4.5h4",
  star: "M10 2.800l2.200 4.700 5.100.6-3.800 3.5 1 5.100-4.5-2.5-4.5 2.5 1-5.100-3.800-3.5 5.100-.6z",
  tag: "M3 3.5h6.5L17 11l-6 6-8-7.5zM6.5 7h.1",
  "thumbs-down": "M6 4v7.5l3.5 5.5c1.5 0 2-1 1.5-4.5h5L15 4zM3 4h3v7.5H3z",
  "thumbs-up": "M6 16V8.5L9.5 3c1.5 0 2 1 1.5 4.5h5L15 16zM3 8.5h3V16H3z",
  trash: "M3.5 5.5h13M5.5 5.5l.8 11h7.400l.8-11M8 5.5V3h4v2.5M8.5 8.5v5M11.5 8.5v5",
  upload: "M10 12.5v-9M6 7.5l4-4 4 4M3.5 16.5h13",
  user: "M10 3a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM3.5 17c.5-6.5 12.5-6.5 13 0",
  warning: "M10 3l7.5 13.5h-15zM10 8v4M10 14v.5",
};
const ALIASES = { "star-filled": "star", thumbs_up: "thumbs-up", thumbs_down: "thumbs-down" };
const SOLID = new Set(["star-filled", "play"]);

export const iconNames = Object.keys(PATHS);

/** An icon for the eye only: what it means stands beside it or in the label of its button. */
export function Icon({ name }) {
  const known = ALIASES[name] ?? name;
  const path = Object.hasOwn(PATHS, known) ? PATHS[known] : PATHS.cube;
  return html`<svg class="kit-icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
    <path d=${path} fill=${SOLID.has(name) ? "currentColor" : "none"} stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" />
  </svg>`;
}

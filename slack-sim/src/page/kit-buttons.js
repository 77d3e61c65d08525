// Buttons of all kinds, and the overflow menu.
import { html, useEffect, useMemo, useRef, useState } from "./vendor/preact.js";
import { Failure, useAction, useValue } from "./kit-act.js";
import { Icon } from "./kit-icons.js";
import { usePopup } from "./kit-popup.js";
import { Text, freshId, object, optionsOf, string, words } from "./kit-shape.js";
import { book, safeUrl } from "./text.js";

const STYLES = { primary: " kit-primary", danger: " kit-danger" };
const styleOf = (element) => (Object.hasOwn(STYLES, string(element.style)) ? STYLES[element.style] : "");

/** Buttons may be meant for some people only. */
const hidden = ({ visible_to_user_ids: ids }) => Array.isArray(ids) && ids.length > 0 && book.me !== undefined && !ids.includes(book.me);

/** button and workflow_button; one with an address opens it and tells the app as well. */
export function Button({ element }) {
  const action = useAction(element);
  if (hidden(element)) return null;
  const label = words(element.text) ? html`<${Text} of=${element.text} />` : "Button";
  const name = `kit-button${styleOf(element)}${action.pending ? " kit-pending" : ""}`;
  const url = safeUrl(element.url);
  const shared = { class: name, "aria-label": string(element.accessibility_label) || undefined, "aria-busy": action.pending ? "true" : undefined };
  const press = () => action.pending || action.act(undefined, () => url && element.confirm && window.open(url, "_blank", "noopener,noreferrer"));
  const button = url && !element.confirm
    ? html`<a ...${shared} href=${url} target="_blank" rel="noopener noreferrer" onclick=${press}>${label}<${Icon} name="new-window" /></a>`
    : html`<button ...${shared} type="button" disabled=${action.pending} onclick=${press}>${label}${element.type === "workflow_button" && html`<${Icon} name="rocket" />`}</button>`;
  return html`<span class="kit-act">${button}<${Failure} of=${action} /></span>`;
}

export function IconButton({ element }) {
  const action = useAction(element);
  if (hidden(element)) return null;
  const label = string(element.accessibility_label) || words(element.text) || "Button";
  return html`<span class="kit-act">
    <button type="button" class="kit-icon-button" aria-label=${label} title=${words(element.text)} disabled=${action.pending} onclick=${() => action.act(undefined)}><${Icon} name=${string(element.icon)} /></button>
    <${Failure} of=${action} />
  </span>`;
}

export function FeedbackButtons({ element }) {
  const action = useAction(element);
  const [chosen, set] = useValue(element);
  const one = (which, icon) => {
    const button = object(element[which]);
    const value = string(button.value);
    const label = string(button.accessibility_label) || words(button.text) || icon.replace("-", " ");
    const pressed = chosen !== null && chosen === value;
    return html`<button type="button" class=${`kit-icon-button${pressed ? " kit-chosen" : ""}`} aria-label=${label} title=${words(button.text)} aria-pressed=${String(pressed)} disabled=${action.pending} onclick=${() => action.act(value, () => set(value))}><${Icon} name=${icon} /></button>`;
  };
  return html`<span class="kit-act kit-feedback">${one("positive_button", "thumbs-up")}${one("negative_button", "thumbs-down")}<${Failure} of=${action} /></span>`;
}

/** The menu behind three dots. */
export function Overflow({ element }) {
  const [open, setOpen] = useState(false);
  const action = useAction(element);
  const [owner, popup, menu] = [useRef(null), useRef(null), useMemo(freshId, [])];
  const options = optionsOf(element);
  const close = (back) => {
    setOpen(false);
    if (back) owner.current?.focus();
  };
  usePopup(open, owner, popup, () => close(false));
  useEffect(() => {
    if (open) popup.current?.querySelector("[role=menuitem]")?.focus();
  }, [open]);
  const choose = (option) => {
    close(true);
    if (safeUrl(option.url)) window.open(safeUrl(option.url), "_blank", "noopener,noreferrer");
    action.act(option.value);
  };
  const keys = (event) => menuKeys(event, popup.current, close);
  return html`<span class="kit-act">
    <button ref=${owner} type="button" class="kit-icon-button kit-overflow" aria-label="More actions" aria-haspopup="menu" aria-expanded=${String(open)} aria-controls=${open ? menu : undefined} disabled=${action.pending} onclick=${() => setOpen(!open)}><${Icon} name="more" /></button>
    ${open && html`<div ref=${popup} id=${menu} popover="manual" class="kit-popup" role="menu" onkeydown=${keys}>
      ${options.map((option) => html`<button type="button" role="menuitem" tabindex="-1" class="kit-option" onclick=${() => choose(option)}><span><${Text} of=${option.text} /></span>${option.hint && html`<span class="kit-soft">${option.hint}</span>`}</button>`)}
      ${!options.length && html`<p class="kit-empty">No options</p>`}
    </div>`}
    <${Failure} of=${action} />
  </span>`;
}

function menuKeys(event, popup, close) {
  const items = [...popup.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") close(event.key === "Escape");
  if (event.key === "Escape") event.stopPropagation();
  if (to === undefined) return;
  event.preventDefault();
  items[to % items.length]?.focus();
}

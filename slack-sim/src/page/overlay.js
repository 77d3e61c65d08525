// What lies above the page: layers that Escape closes one by one, menus, dialogs.
import { html, useEffect, useLayoutEffect, useRef, useState } from "/vendor/preact.js";
import { Icon } from "/icons.js";

const layers = [];

/** While it is shown, Escape closes this before what lies beneath. */
export function useLayer(close) {
  const latest = useRef(close);
  latest.current = close;
  useEffect(() => {
    const layer = () => latest.current();
    layers.push(layer);
    return () => layers.splice(layers.indexOf(layer), 1);
  }, []);
}

/** Closes the topmost layer. Answers whether there was one. */
export function closeTop() {
  layers.at(-1)?.();
  return layers.length > 0;
}

const FOCUSABLE = 'a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), select:not(:disabled), [tabindex="0"], [contenteditable="true"]';

const focusable = (node) => [...node.querySelectorAll(FOCUSABLE)].filter((one) => one.offsetParent !== null);

/** Brings the focus in, keeps Tab within, and gives the focus back at the end. */
export function useFocusTrap(ref, first) {
  useEffect(() => {
    const before = document.activeElement;
    const chosen = first && ref.current.querySelector(first);
    (chosen ?? focusable(ref.current)[0] ?? ref.current).focus();
    const trap = (event) => {
      if (event.key !== "Tab" || !ref.current) return;
      const all = focusable(ref.current);
      const [start, end] = [all[0], all.at(-1)];
      const leaves = event.shiftKey ? document.activeElement === start : document.activeElement === end;
      if (leaves || !ref.current.contains(document.activeElement)) {
        event.preventDefault();
        (event.shiftKey ? end : start)?.focus();
      }
    };
    document.addEventListener("keydown", trap);
    return () => {
      document.removeEventListener("keydown", trap);
      if (before?.isConnected) before.focus();
    };
  }, []);
}

/** A window above the page, with a title and an X. */
export function Dialog({ title, close, children, className = "", first }) {
  const ref = useRef();
  useLayer(close);
  useFocusTrap(ref, first);
  return html`
    <div class="veil" onMouseDown=${(event) => event.target === event.currentTarget && close()}>
      <div class=${`dialog ${className}`} role="dialog" aria-modal="true" aria-label=${title} tabindex="-1" ref=${ref}>
        <header class="dialog-head">
          <h2 dir="auto">${title}</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick=${close}><${Icon} name="close" /></button>
        </header>
        ${children}
      </div>
    </div>
  `;
}

/** Moves the focus among the children of a list by arrow keys, Home and End. */
export function arrows(event, selector = "button:not(:disabled), a[href]") {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const edge = { Home: 0, End: -1 }[event.key];
  if (step === undefined && edge === undefined) return;
  const all = [...event.currentTarget.querySelectorAll(selector)].filter((one) => one.offsetParent !== null);
  if (!all.length) return;
  event.preventDefault();
  const at = all.indexOf(document.activeElement);
  const next = edge === undefined ? all[(at + step + all.length) % all.length] : all.at(edge);
  next.focus();
}

/** Puts a box beside what it belongs to, inside the window. */
function placed(box, anchor) {
  const edge = 8;
  const from = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = from.bottom + 4;
  const above = from.top - height - 4;
  const fits = below + height <= innerHeight - edge;
  const top = fits || above < edge ? Math.min(below, innerHeight - height - edge) : above;
  const wanted = from.left + width <= innerWidth - edge ? from.left : from.right - width;
  box.style.insetBlockStart = `${Math.max(edge, top)}px`;
  box.style.left = `${Math.max(edge, Math.min(wanted, innerWidth - width - edge))}px`;
}

/** A box beside a button; closes when something else is clicked. */
export function Popover({ anchor, close, children, className = "", role, label, first }) {
  const ref = useRef();
  useLayer(close);
  useFocusTrap(ref, first);
  useLayoutEffect(() => placed(ref.current, anchor));
  useEffect(() => {
    const away = (event) => !ref.current?.contains(event.target) && !anchor.contains(event.target) && close();
    document.addEventListener("mousedown", away);
    return () => document.removeEventListener("mousedown", away);
  }, []);
  return html`<div class=${`popover ${className}`} role=${role} aria-label=${label} ref=${ref} tabindex="-1">${children}</div>`;
}

/** A menu of {label, icon, hint, danger, run}; `null` is a line between two parts, {title} the name of one. */
export function Menu({ anchor, close, items, label }) {
  const entry = (item, at) => {
    if (!item) return html`<hr key=${at} />`;
    if (item.title) return html`<div class="menu-title" key=${at}>${item.title}</div>`;
    const run = () => {
      close();
      item.run();
    };
    return html`
      <button type="button" role="menuitem" tabindex="-1" key=${at} class=${item.danger ? "danger" : ""} onClick=${run}>
        ${item.icon && html`<${Icon} name=${item.icon} />`}<span class="menu-label" dir="auto">${item.label}</span>${item.hint && html`<span class="menu-hint">${item.hint}</span>`}
      </button>
    `;
  };
  return html`
    <${Popover} anchor=${anchor} close=${close} className="menu" label=${label}>
      <div role="menu" aria-label=${label} onKeyDown=${arrows}>${items.map(entry)}</div>
    <//>
  `;
}

/** A button that opens a box beside it; `box` is given {anchor, close}. */
export function Opener({ icon, label, className = "icon-button", box, children, onOpen }) {
  const [open, setOpen] = useState(false);
  const ref = useRef();
  const close = () => {
    setOpen(false);
    onOpen?.(false);
  };
  const toggle = () => {
    if (open) return close();
    setOpen(true);
    onOpen?.(true);
  };
  return html`
    <button type="button" class=${className} aria-label=${label} title=${label} aria-haspopup="true" aria-expanded=${String(open)} ref=${ref} onClick=${toggle}>
      ${icon && html`<${Icon} name=${icon} />`}${children}
    </button>
    ${open && box({ anchor: ref.current, close })}
  `;
}

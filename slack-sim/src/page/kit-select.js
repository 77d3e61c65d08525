// Selects of one and of many: a combobox in which one types to find.
import { html, useContext, useEffect, useMemo, useRef, useState } from "./vendor/preact.js";
import { Failure, Kit, Place, useChoice, useFocusOnLoad, useLabels } from "./kit-act.js";
import { Icon } from "./kit-icons.js";
import { usePopup } from "./kit-popup.js";
import { freshId, within, words } from "./kit-shape.js";
import { labelOf, useOptions } from "./kit-sources.js";
import { PlainText } from "./text.js";

const kind = (type) => /^(multi_)?(\w+)_select$/.exec(type);

export function Select({ element }) {
  const [, multi, source] = kind(element.type);
  const kit = useContext(Kit);
  const [held, choose, action] = useChoice(element);
  const chosen = multi ? (Array.isArray(held) ? held.map(String) : []) : held === null || held === "" ? [] : [String(held)];
  const most = multi ? within(element.max_selected_items, 1, 1000, Infinity) : 1;
  const list = useList(element, source);
  const seen = kit.labels ?? new Map();
  const label = (value) => labelOf(element, source, value, seen);

  const pick = (option) => {
    seen.set(option.value, option.label);
    list.setTyped("");
    if (!multi) {
      list.close();
      return choose(option.value);
    }
    const without = chosen.filter((value) => value !== option.value);
    if (without.length < chosen.length) return choose(without);
    if (chosen.length < most) choose([...chosen, option.value]);
  };
  const drop = (value) => choose(multi ? chosen.filter((one) => one !== value) : null);
  return html`<${Field} ...${{ element, multi: Boolean(multi), chosen, most, label, list, pick, drop, action }} />`;
}

/** What is open, typed and marked in the list. */
function useList(element, source) {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const { options, note } = useOptions(element, source, typed, open);
  useEffect(() => setAt(0), [typed, open]);
  const close = () => {
    setOpen(false);
    setTyped("");
  };
  return { open, setOpen, typed, setTyped, at: Math.min(at, Math.max(options.length - 1, 0)), setAt, options, note, close };
}

function Field({ element, multi, chosen, most, label, list, pick, drop, action }) {
  const [box, popup, input] = [useRef(null), useRef(null), useRef(null)];
  const id = useMemo(freshId, []);
  const placeholder = words(element.placeholder) || (multi ? "Choose some" : "Choose one");
  const labels = useLabels(placeholder);
  usePopup(list.open, box, popup, list.close);
  useFocusOnLoad(element, input);
  const keys = (event) => listKeys(event, { list, pick, drop, multi, chosen });
  const shown = list.open || multi || !chosen.length ? list.typed : label(chosen[0]);
  const hint = multi && chosen.length ? "" : !multi && chosen.length ? label(chosen[0]) : placeholder;
  const press = (event) => {
    if (action.pending) return;
    input.current.focus();
    list.setOpen(event.target.closest(".kit-caret") ? !list.open : true);
  };
  const type = (event) => {
    list.setTyped(event.target.value);
    list.setOpen(true);
  };
  return html`<span class=${`kit-act kit-select-act${action.pending ? " kit-pending" : ""}`}>
    <span class=${`kit-select${multi ? " kit-multi" : ""}`} ref=${box} onmousedown=${(event) => event.target !== input.current && event.preventDefault()} onclick=${press}>
      ${multi && chosen.map((value) => html`<${Chip} key=${value} label=${label(value)} ondrop=${() => drop(value)} />`)}
      <input
        ref=${input} type="text" role="combobox" autocomplete="off" spellcheck=${false} ...${labels} placeholder=${hint} value=${shown} disabled=${action.pending}
        class=${list.open || multi ? "" : "kit-shown"}
        aria-expanded=${String(list.open)} aria-controls=${`${id}-list`} aria-autocomplete="list" aria-activedescendant=${list.open && list.options.length ? `${id}-${list.at}` : undefined}
        oninput=${type} onkeydown=${keys} onblur=${(event) => popup.current?.contains(event.relatedTarget) || list.close()}
      />
      <${Clear} multi=${multi} chosen=${chosen} drop=${drop} />
      <span class="kit-caret"><${Icon} name="caret-down" /></span>
    </span>
    ${list.open && html`<${List} ...${{ id, popup, list, chosen, most, multi, pick }} />`}
    <${Failure} of=${action} />
  </span>`;
}

/** What is optional can be taken back. */
function Clear({ multi, chosen, drop }) {
  const { optional } = useContext(Place);
  if (multi || !optional || !chosen.length) return null;
  return html`<button type="button" class="kit-chip-drop" aria-label="Choose none" onclick=${apart(() => drop(chosen[0]))}><${Icon} name="close" /></button>`;
}

// A press on a button within the field is no press on the field.
const apart = (act) => (event) => {
  event.stopPropagation();
  act();
};

function Chip({ label, ondrop }) {
  return html`<span class="kit-chip"><span class="kit-chip-label" dir="auto"><${PlainText} text=${label} /></span><button type="button" class="kit-chip-drop" aria-label=${`Remove ${label}`} onclick=${apart(ondrop)}><${Icon} name="close" /></button></span>`;
}

function List({ id, popup, list, chosen, most, multi, pick }) {
  const full = multi && chosen.length >= most;
  const note = list.note || (full ? `No more than ${most} can be chosen` : "");
  useEffect(() => popup.current?.querySelector(".kit-marked")?.scrollIntoView({ block: "nearest" }));
  return html`<div ref=${popup} popover="manual" class="kit-popup" onmousedown=${(event) => event.preventDefault()}>
    ${note && html`<p class="kit-empty" role="status">${note}</p>`}
    <div role="listbox" id=${`${id}-list`} aria-label="Options" aria-multiselectable=${multi ? "true" : undefined}>
      ${list.options.map((option, at) => {
        const picked = chosen.includes(option.value);
        const head = option.group && option.group !== list.options[at - 1]?.group;
        const off = full && !picked;
        return html`
          ${head && html`<div class="kit-group" role="presentation">${option.group}</div>`}
          <div
            role="option" id=${`${id}-${at}`} key=${option.value} aria-selected=${String(picked)} aria-disabled=${off ? "true" : undefined}
            class=${`kit-option${at === list.at ? " kit-marked" : ""}`} onpointermove=${() => at !== list.at && list.setAt(at)} onclick=${() => off || pick(option)}
          >
            <span dir="auto"><${PlainText} text=${option.label} />${option.group && html`<span class="kit-hidden">, ${option.group}</span>`}</span>
            ${option.hint && html`<span class="kit-soft" dir="auto">${option.hint}</span>`}
            ${picked && html`<${Icon} name="check" />`}
          </div>`;
      })}
    </div>
  </div>`;
}

function listKeys(event, { list, pick, drop, multi, chosen }) {
  const last = list.options.length - 1;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    if (!list.open) list.setOpen(true);
    else list.setAt(Math.max(0, Math.min(last, list.at + step)));
  } else if (event.key === "Enter") {
    // Enter in a field would send the form around it.
    event.preventDefault();
    if (!list.open) list.setOpen(true);
    else if (list.options[list.at]) pick(list.options[list.at]);
  } else if (event.key === "Escape" && list.open) {
    event.stopPropagation();
    event.preventDefault();
    list.close();
  } else if (event.key === "Backspace" && multi && !list.typed && chosen.length) {
    drop(chosen.at(-1));
  }
}

// Checkboxes, radio buttons, dates, times, files.
import { html, useMemo, useRef, useState } from "./vendor/preact.js";
import { Failure, useChoice, useFocusOnLoad, useLabels } from "./kit-act.js";
import { Icon } from "./kit-icons.js";
import { Note, Text, freshId, isObject, optionsOf, string, within } from "./kit-shape.js";
import { book } from "./text.js";
import { fromZoned, zoned } from "./text-time.js";

function Group({ element, kind, chosen, onpick, action }) {
  const name = useMemo(freshId, []);
  const first = useRef(null);
  useFocusOnLoad(element, first);
  const labels = useLabels(kind === "radio" ? "Choose one" : "Choose any");
  const options = optionsOf(element);
  if (!options.length) return html`<${Note}>No options to choose from.<//>`;
  return html`<span class="kit-act"><span class="kit-choices" role=${kind === "radio" ? "radiogroup" : "group"} ...${labels}>
    ${options.map((option, at) => html`<label class="kit-choice">
      <input ref=${at ? undefined : first} type=${kind} name=${name} checked=${chosen.includes(option.value)} disabled=${action.pending} onchange=${(event) => onpick(option.value, event.target.checked)} />
      <span><${Text} of=${option.text} />${option.hint && html`<span class="kit-description"><${Text} of=${option.description} /></span>`}</span>
    </label>`)}
  </span><${Failure} of=${action} /></span>`;
}

export function Checkboxes({ element }) {
  const [value, choose, action] = useChoice(element);
  const chosen = Array.isArray(value) ? value : [];
  const onpick = (one, on) => {
    const all = optionsOf(element).map((option) => option.value);
    choose(all.filter((each) => (each === one ? on : chosen.includes(each))));
  };
  return html`<${Group} ...${{ element, kind: "checkbox", chosen, onpick, action }} />`;
}

export function Radio({ element }) {
  const [value, choose, action] = useChoice(element);
  return html`<${Group} ...${{ element, kind: "radio", chosen: [value], onpick: choose, action }} />`;
}

/** A native field whose half-typed states are no choices: it counts when left, on Enter, or when picked with the mouse. */
function Native({ element, type, value, choose, action, label, children }) {
  const ref = useRef(null);
  const typing = useRef(false);
  useFocusOnLoad(element, ref);
  const labels = useLabels(label);
  const commit = (text) => text !== value && choose(text);
  const keys = (event) => {
    typing.current = event.key !== "Tab";
    if (event.key !== "Enter") return;
    event.preventDefault();
    commit(event.target.value);
  };
  return html`<span class="kit-act"><span class="kit-date">
    <input
      ref=${ref} class="kit-field-box" type=${type} value=${value} disabled=${action.pending} ...${labels}
      onpointerdown=${() => (typing.current = false)} onkeydown=${keys} onblur=${(event) => commit(event.target.value)} oninput=${(event) => typing.current || commit(event.target.value)}
    />${children}
  </span><${Failure} of=${action} /></span>`;
}

export function DatePicker({ element }) {
  const [value, choose, action] = useChoice(element);
  return html`<${Native} ...${{ element, type: "date", value: string(value), choose: (text) => choose(text || null), action, label: "Date" }} />`;
}

export function TimePicker({ element }) {
  const [value, choose, action] = useChoice(element);
  const zone = string(element.timezone);
  return html`<${Native} ...${{ element, type: "time", value: string(value), choose: (text) => choose(text || null), action, label: "Time" }}>${zone && html`<span class="kit-soft">${zone.replaceAll("_", " ")}</span>`}<//>`;
}

export function DateTimePicker({ element }) {
  const [value, choose, action] = useChoice(element);
  const text = typeof value === "number" ? zoned(value) : "";
  return html`<${Native} ...${{ element, type: "datetime-local", value: text, choose: (typed) => choose(fromZoned(typed)), action, label: "Date and time" }}>${book.tz && html`<span class="kit-soft">${book.tz.replaceAll("_", " ")}</span>`}<//>`;
}

/** Files as {name, mimetype, content: base64}. */
export function FileInput({ element }) {
  const [value, choose, action] = useChoice(element);
  const [over, setOver] = useState(false);
  const [told, setTold] = useState("");
  const input = useRef(null);
  const files = Array.isArray(value) ? value.filter(isObject) : [];
  const most = within(element.max_files, 1, 10, 10);
  const types = Array.isArray(element.filetypes) ? element.filetypes.filter((one) => typeof one === "string") : [];
  const labels = useLabels("Files");
  const add = async (list) => {
    const fresh = [...list];
    const known = fresh.filter(({ name }) => !types.length || types.some((type) => name.toLowerCase().endsWith(`.${type.toLowerCase()}`)));
    const read = await Promise.all(known.slice(0, most - files.length).map(readFile));
    const turned = fresh.length - read.length;
    setTold(turned ? `${turned} not taken: ${types.length ? `only ${types.join(", ")}, ` : ""}at most ${most}.` : "");
    if (read.length) choose([...files, ...read]);
  };
  const drop = (event) => {
    event.preventDefault();
    setOver(false);
    add(event.dataTransfer.files);
  };
  return html`<span class="kit-act kit-files">
    <label class=${`kit-drop${over ? " kit-over" : ""}`} ondragover=${(event) => (event.preventDefault(), setOver(true))} ondragleave=${() => setOver(false)} ondrop=${drop}>
      <${Icon} name="upload" /><span>Choose files or drop them here</span>
      <span class="kit-soft">${types.length ? `${types.join(", ")} · ` : ""}at most ${most}</span>
      <input ref=${input} class="kit-hidden" type="file" multiple=${most > 1} accept=${types.map((type) => `.${type}`).join(",") || undefined} ...${labels} onchange=${(event) => add(event.target.files)} />
    </label>
    ${told && html`<span class="kit-soft" role="status">${told}</span>`}
    ${files.map((file, at) => html`<span class="kit-file"><span class="kit-file-icon"><${Icon} name="file" /></span><span class="kit-file-words"><b dir="auto">${string(file.name)}</b><span class="kit-soft">${string(file.mimetype)} · ${size(file)}</span></span>
      <button type="button" class="kit-icon-button" aria-label=${`Remove ${string(file.name)}`} onclick=${() => choose(files.filter((_, each) => each !== at))}><${Icon} name="close" /></button></span>`)}
    <${Failure} of=${action} />
  </span>`;
}

function size({ content }) {
  const bytes = Math.floor(string(content).length * 0.75);
  return bytes < 1024 ? `${bytes} bytes` : bytes < 1_048_576 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1_048_576).toFixed(1)} MB`;
}

function readFile(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done({ name: file.name, mimetype: file.type || "application/octet-stream", content: String(reader.result).replace(/^[^,]*,/, "") });
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
}

// Fields in which one types.
import { html, useContext, useMemo, useRef, useState } from "./vendor/preact.js";
import { Failure, Place, useAction, useFocusOnLoad, useLabels, useValue } from "./kit-act.js";
import { finite, freshId, object, string, within, words } from "./kit-shape.js";

/** When a field tells the app, for one that does: https://docs.slack.dev/reference/block-kit/composition-objects/dispatch-action-configuration-object */
export function useDispatch(element) {
  const place = useContext(Place);
  const action = useAction(element);
  const asked = object(element.dispatch_action_config).trigger_actions_on;
  const when = Array.isArray(asked) && asked.length ? asked : ["on_enter_pressed"];
  const onEnter = place.acts && when.includes("on_enter_pressed");
  const onLetter = place.acts && when.includes("on_character_entered");
  return { action, onEnter, onLetter };
}

const KINDS = {
  email_text_input: ["email", "email", "name@example.com"],
  url_text_input: ["url", "url", "https://example.com"],
  plain_text_input: ["text", undefined, ""],
};

/** plain_text_input, email_text_input and url_text_input */
export function TextInput({ element }) {
  const [type, autocomplete, example] = KINDS[element.type];
  const [value, set] = useValue(element);
  const { action, onEnter, onLetter } = useDispatch(element);
  const [ref, about] = [useRef(null), useMemo(freshId, [])];
  useFocusOnLoad(element, ref);
  const text = string(value);
  const limits = limitsOf(element, text);
  const labels = useLabels(words(element.placeholder) || "Text");
  const input = (event) => {
    set(event.target.value);
    if (onLetter) action.act(event.target.value);
  };
  const keys = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !onEnter) return;
    event.preventDefault();
    action.act(event.target.value);
  };
  const shared = {
    ...labels,
    "aria-describedby": [labels["aria-describedby"], limits.text && about].filter(Boolean).join(" ") || undefined,
    "aria-invalid": limits.over ? "true" : labels["aria-invalid"],
    class: "kit-field-box",
    dir: "auto",
    placeholder: words(element.placeholder) || example,
    value: text,
    oninput: input,
    onkeydown: keys,
  };
  const field = element.multiline === true ? html`<textarea ref=${ref} rows="4" ...${shared}></textarea>` : html`<input ref=${ref} type=${type === "url" ? "text" : type} inputmode=${type} autocomplete=${autocomplete ?? "off"} ...${shared} />`;
  return html`<span class="kit-act">${field}
    ${(limits.text || onEnter) && html`<span class="kit-under"><span class="kit-soft">${onEnter ? "Enter tells the app" : ""}</span><span id=${about} class=${limits.over ? "kit-over-limit" : "kit-soft"}>${limits.text}</span></span>`}
    <${Failure} of=${action} />
  </span>`;
}

/** Slack counts characters, not code units; a count is shown where there is a limit to come near to. */
function limitsOf(element, text) {
  const [least, most] = [within(element.min_length, 0, 3000, 0), within(element.max_length, 1, 3000, null)];
  const count = [...text].length;
  if (count > 0 && count < least) return { text: `${least - count} more needed`, over: false };
  if (most !== null) return { text: `${count} of ${most}`, over: count > most };
  return { text: "", over: false };
}

export function NumberInput({ element }) {
  const [value, set] = useValue(element);
  const { action, onEnter, onLetter } = useDispatch(element);
  const [left, setLeft] = useState(false);
  const [ref, about] = [useRef(null), useMemo(freshId, [])];
  useFocusOnLoad(element, ref);
  const text = string(value);
  const wrong = left ? numberFault(element, text) : "";
  const labels = useLabels(words(element.placeholder) || "Number");
  const input = (event) => {
    set(event.target.value);
    if (onLetter) action.act(event.target.value);
  };
  const keys = (event) => {
    if (event.key !== "Enter" || !onEnter) return;
    event.preventDefault();
    action.act(event.target.value);
  };
  return html`<span class="kit-act">
    <input
      ref=${ref} class="kit-field-box kit-number" type="text" inputmode=${element.is_decimal_allowed === true ? "decimal" : "numeric"} autocomplete="off" ...${labels}
      aria-describedby=${[labels["aria-describedby"], wrong && about].filter(Boolean).join(" ") || undefined} aria-invalid=${wrong ? "true" : labels["aria-invalid"]}
      placeholder=${words(element.placeholder) || bounds(element)} value=${text} oninput=${input} onkeydown=${keys} onblur=${() => setLeft(true)} onfocus=${() => setLeft(false)}
    />
    ${wrong && html`<span id=${about} class="kit-under kit-over-limit">${wrong}</span>`}
    <${Failure} of=${action} />
  </span>`;
}

// Bounds come as strings.
const bound = (value) => (string(value).trim() === "" ? null : finite(Number(value)));

function bounds(element) {
  const [least, most] = [bound(element.min_value), bound(element.max_value)];
  if (least !== null && most !== null) return `${least} to ${most}`;
  if (least !== null) return `${least} or more`;
  return most !== null ? `${most} or less` : "";
}

function numberFault(element, text) {
  if (!text.trim()) return "";
  const number = Number(text);
  if (!Number.isFinite(number)) return "This must be a number.";
  if (element.is_decimal_allowed !== true && !Number.isInteger(number)) return "This must be a whole number.";
  const [least, most] = [bound(element.min_value), bound(element.max_value)];
  return (least !== null && number < least) || (most !== null && number > most) ? `This must be ${bounds(element)}.` : "";
}

// Whatever stands in a payload may be missing or of a wrong type: these make of it what drawing can rely on.
import { html } from "./vendor/preact.js";
import { Mrkdwn, PlainText } from "./text.js";

export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
export const objects = (value) => (Array.isArray(value) ? value.filter(isObject) : []);
export const object = (value) => (isObject(value) ? value : {});
export const string = (value) => (typeof value === "string" ? value : typeof value === "number" ? String(value) : "");
export const finite = (value) => (typeof value === "number" && Number.isFinite(value) ? value : null);
/** A whole number within bounds, or the other one. */
export const within = (value, least, most, otherwise) => (Number.isInteger(value) && value >= least && value <= most ? value : otherwise);

/** The words of a text object, or of a plain string, which some blocks take as well. */
export const words = (value) => (isObject(value) ? string(value.text) : string(value));

/** A text object as nodes; nothing for what is none. */
export function Text({ of }) {
  const text = words(of);
  if (!text) return null;
  return isObject(of) && of.type === "mrkdwn" ? html`<${Mrkdwn} text=${text} />` : html`<${PlainText} text=${text} emoji=${object(of).emoji !== false} />`;
}

/** Says kindly that something cannot be drawn. */
export function Note({ children }) {
  return html`<p class="kit-note">${children}</p>`;
}

/** Options of an element, groups flattened with their label: [{value, text, description, group}]. */
export function optionsOf(element) {
  const plain = objects(element?.options).map((option) => tidy(option));
  const grouped = objects(element?.option_groups).flatMap((group) => objects(group.options).map((option) => tidy(option, words(group.label))));
  return [...plain, ...grouped];
}

export function tidy(option, group) {
  return { value: string(option.value), text: option.text, label: words(option.text), description: option.description, hint: words(option.description), url: string(option.url), group };
}

/** Ids are unique on the page; names of blocks are not. */
let made = 0;
export const freshId = () => `kit-${(made += 1)}`;

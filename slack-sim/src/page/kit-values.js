// The simple values of elements: text, the value of an option, a list of these, an id, "2026-11-25", "09:30", seconds, a rich_text.
import { finite, isObject, object, objects, string } from "./kit-shape.js";

const option = (name) => (element) => (isObject(element[name]) ? string(element[name].value) : undefined);
const options = (name) => (element) => (Array.isArray(element[name]) ? objects(element[name]).map(({ value }) => string(value)) : undefined);
const text = (name) => (element) => string(element[name]) || undefined;
const ids = (name) => (element) => (Array.isArray(element[name]) ? element[name].filter((id) => typeof id === "string") : undefined);

const INITIAL = {
  static_select: option("initial_option"),
  external_select: option("initial_option"),
  radio_buttons: option("initial_option"),
  multi_static_select: options("initial_options"),
  multi_external_select: options("initial_options"),
  checkboxes: options("initial_options"),
  users_select: text("initial_user"),
  channels_select: text("initial_channel"),
  conversations_select: text("initial_conversation"),
  multi_users_select: ids("initial_users"),
  multi_channels_select: ids("initial_channels"),
  multi_conversations_select: ids("initial_conversations"),
  datepicker: text("initial_date"),
  timepicker: text("initial_time"),
  datetimepicker: (element) => finite(element.initial_date_time) ?? undefined,
  plain_text_input: text("initial_value"),
  email_text_input: text("initial_value"),
  url_text_input: text("initial_value"),
  number_input: text("initial_value"),
  rich_text_input: (element) => (isObject(element.initial_value) ? element.initial_value : undefined),
};

/** What an element holds before anybody touched it; undefined when nothing. */
export function initialValue(element) {
  return Object.hasOwn(INITIAL, element?.type) ? INITIAL[element.type](element) : undefined;
}

/** The id by which values of a block are kept, as Slack makes one where the app gave none. */
export const blockId = (block, at) => string(block?.block_id) || `block-${at}`;
export const actionId = (element, at = 0) => string(element?.action_id) || `action-${at}`;

/** {block_id: {action_id: value}} of all elements that begin with one. */
export function initialValues(blocks) {
  const values = {};
  for (const [block, id] of walk(blocks)) {
    for (const [at, element] of elementsOf(block).entries()) {
      const value = initialValue(element);
      if (value !== undefined) (values[id] ??= {})[actionId(element, at)] = value;
    }
  }
  return values;
}

function* walk(blocks) {
  for (const [at, block] of (Array.isArray(blocks) ? blocks : []).entries()) {
    if (!isObject(block)) continue;
    yield [block, blockId(block, at)];
    yield* walk(block.child_blocks);
  }
}

function elementsOf(block) {
  if (block.type === "input") return [object(block.element)];
  if (block.type === "section") return [object(block.accessory)];
  return block.type === "actions" ? objects(block.elements) : [];
}

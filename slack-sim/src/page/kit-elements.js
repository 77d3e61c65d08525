// Which element is drawn by what, and the place it is told of.
import { html, useMemo } from "./vendor/preact.js";
import { Place } from "./kit-act.js";
import { Button, FeedbackButtons, IconButton, Overflow } from "./kit-buttons.js";
import { Picture } from "./kit-image.js";
import { Checkboxes, DatePicker, DateTimePicker, FileInput, Radio, TimePicker } from "./kit-choices.js";
import { NumberInput, TextInput } from "./kit-inputs.js";
import { RichTextInput } from "./kit-rich-input.js";
import { Note, isObject, string } from "./kit-shape.js";
import { Select } from "./kit-select.js";
import { actionId } from "./kit-values.js";

const SELECTS = ["static", "external", "users", "channels", "conversations"].flatMap((source) => [`${source}_select`, `multi_${source}_select`]);

const DRAW = {
  button: Button,
  workflow_button: Button,
  overflow: Overflow,
  feedback_buttons: FeedbackButtons,
  icon_button: IconButton,
  image: ({ element }) => html`<${Picture} of=${element} class="kit-thumb" />`,
  checkboxes: Checkboxes,
  radio_buttons: Radio,
  datepicker: DatePicker,
  timepicker: TimePicker,
  datetimepicker: DateTimePicker,
  plain_text_input: TextInput,
  email_text_input: TextInput,
  url_text_input: TextInput,
  number_input: NumberInput,
  rich_text_input: RichTextInput,
  file_input: FileInput,
  ...Object.fromEntries(SELECTS.map((type) => [type, Select])),
};

/** One element. `input` is {optional, acts, labelId, describedBy, invalid} within an input block, else nothing. */
export function Element({ element, block, at = 0, input }) {
  const known = isObject(element) && typeof element.type === "string" && Object.hasOwn(DRAW, element.type);
  const action = actionId(element, at);
  const place = useMemo(
    () => ({ acts: true, ...input, block, action, input: Boolean(input) }),
    [block, action, input?.acts, input?.optional, input?.labelId, input?.describedBy, input?.invalid],
  );
  if (!isObject(element)) return html`<${Note}>An element here is no object.<//>`;
  if (!known) return html`<${Note}>${string(element.type) ? `An element of the type “${string(element.type).slice(0, 60)}” is not drawn here.` : "An element here names no type."}<//>`;
  return html`<${Place.Provider} value=${place}><${DRAW[element.type]} element=${element} /><//>`;
}

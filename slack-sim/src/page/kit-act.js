// What all elements share: their value, acting on it, waiting, failing, and asking first.
import { createContext, html, useContext, useEffect, useRef, useState } from "./vendor/preact.js";
import { Text, isObject, object, words } from "./kit-shape.js";
import { initialValue } from "./kit-values.js";
import { Icon } from "./kit-icons.js";

/** {surface, values, errors, onChange, onAction, onSuggest, labels} of the blocks around. */
export const Kit = createContext({});

/** {block, action, input: true in an input block, acts, optional, labelId, describedBy, invalid} of the element here. */
export const Place = createContext({});

const SILENT = "The app did not respond.";

/**
 * The value of an element and how to change it. What was chosen here is kept here too, for a message whose
 * surroundings keep no values; what the surroundings hold comes first.
 */
export function useValue(element) {
  const kit = useContext(Kit);
  const place = useContext(Place);
  const [own, setOwn] = useState(undefined);
  const held = object(object(kit.values)[place.block])[place.action];
  const value = held !== undefined ? held : own !== undefined ? own : initialValue(element);
  const set = (next) => {
    setOwn(next);
    kit.onChange?.(place.block, place.action, next);
  };
  return [value ?? null, set];
}

/** {pending, failure, act(value), asking}: `act` asks first where the app wants that; `asking` is the question to draw. */
export function useAction(element) {
  const kit = useContext(Kit);
  const place = useContext(Place);
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState("");
  const [question, setQuestion] = useState(null);
  const run = async (value) => {
    setPending(true);
    setFailure("");
    const answer = await attempt(() => kit.onAction?.({ block_id: place.block, action_id: place.action, value }));
    setPending(false);
    if (answer && answer.ok === false) setFailure(answer.message || SILENT);
  };
  const act = (value, commit) => {
    const go = () => {
      commit?.();
      return run(value);
    };
    if (!isObject(element.confirm)) return go();
    setQuestion({ go });
  };
  const answered = (yes) => {
    setQuestion(null);
    if (yes) question.go();
  };
  const asking = question && html`<${Confirm} confirm=${element.confirm} onanswer=${answered} />`;
  return { pending, failure, act, asking };
}

async function attempt(call) {
  try {
    return await call();
  } catch (error) {
    return { ok: false, message: error?.message };
  }
}

/** A value that acts at once where it must: [value, choose, rest of useAction]. */
export function useChoice(element) {
  const place = useContext(Place);
  const [value, set] = useValue(element);
  const action = useAction(element);
  const choose = (next) => (place.acts ? action.act(next, () => set(next)) : set(next));
  return [value, choose, action];
}

/** Slack's failure mark, with the sentence. */
export function Failure({ of: { failure, asking } }) {
  return [failure && html`<span class="kit-failure" role="alert"><${Icon} name="warning" /> ${failure}</span>`, asking];
}

/** The app's question before something is done. */
function Confirm({ confirm, onanswer }) {
  const dialog = useRef(null);
  const style = confirm.style === "danger" ? "danger" : "primary";
  useEffect(() => {
    const back = document.activeElement;
    dialog.current.showModal();
    dialog.current.querySelector(".kit-confirm").focus();
    return () => back?.focus?.();
  }, []);
  const answer = (yes) => () => {
    dialog.current.close();
    onanswer(yes);
  };
  const keys = (event) => event.key === "Escape" && event.stopPropagation();
  return html`<dialog ref=${dialog} class="kit-dialog" aria-label=${words(confirm.title) || "Are you sure?"} oncancel=${answer(false)} onkeydown=${keys}>
    <h2 class="kit-dialog-title"><${Text} of=${words(confirm.title) ? confirm.title : "Are you sure?"} /></h2>
    <p><${Text} of=${confirm.text} /></p>
    <div class="kit-dialog-foot">
      <button type="button" class="kit-button" onclick=${answer(false)}><${Text} of=${words(confirm.deny) ? confirm.deny : "Cancel"} /></button>
      <button type="button" class=${`kit-button kit-confirm kit-${style}`} onclick=${answer(true)}><${Text} of=${words(confirm.confirm) ? confirm.confirm : "Yes"} /></button>
    </div>
  </dialog>`;
}

/** The attributes by which an input names its label, hint and error to a screen reader. */
export function useLabels(fallback) {
  const place = useContext(Place);
  return {
    "aria-labelledby": place.labelId,
    "aria-label": place.labelId ? undefined : fallback,
    "aria-describedby": place.describedBy,
    "aria-invalid": place.invalid ? "true" : undefined,
    "aria-required": place.input && !place.optional ? "true" : undefined,
  };
}

/** Puts the cursor in where the app asks for it; in messages it would steal it from the writer. */
export function useFocusOnLoad(element, ref) {
  const { surface } = useContext(Kit);
  useEffect(() => {
    // Later than the modal around it, which puts the cursor into its first field.
    if (element.focus_on_load === true && surface === "modal") setTimeout(() => ref.current?.focus());
  }, []);
}

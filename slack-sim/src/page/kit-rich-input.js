// rich_text_input: a text with Slack's marks, buttons that set them, and a look at what becomes of it.
import { html, useEffect, useRef, useState } from "./vendor/preact.js";
import { Failure, useFocusOnLoad, useLabels, useValue } from "./kit-act.js";
import { Icon } from "./kit-icons.js";
import { useDispatch } from "./kit-inputs.js";
import { RichText } from "./kit-rich.js";
import { richOf, typedOf } from "./kit-rich-make.js";
import { within, words } from "./kit-shape.js";

const MARKS = [
  ["Bold", "B", "*", "b"],
  ["Italic", "I", "_", "i"],
  ["Strike", "S", "~", ""],
  ["Code", "code", "`", ""],
];
const LINES = [
  ["Bullets", "list", "- "],
  ["Numbers", "number", "1. "],
  ["Quote", "quote", "> "],
];

export function RichTextInput({ element }) {
  const [value, set] = useValue(element);
  const { action, onEnter, onLetter } = useDispatch(element);
  const [typed, setTyped] = useState(() => typedOf(value));
  const [look, setLook] = useState(false);
  const ref = useRef(null);
  const labels = useLabels("Text");
  useFocusOnLoad(element, ref);
  const own = useRef(new WeakSet());
  useEffect(() => {
    // Somebody else changed what is held: the text follows. What was typed here may come back late, and changes nothing.
    if (value && !own.current.has(value)) setTyped(typedOf(value));
  }, [value]);
  const change = (text) => {
    const rich = richOf(text);
    if (rich) own.current.add(rich);
    setTyped(text);
    set(rich);
    if (onLetter) action.act(rich);
  };
  const edit = (how) => () => {
    const [text, from, to] = how(ref.current);
    change(text);
    requestAnimationFrame(() => ref.current && (ref.current.focus(), ref.current.setSelectionRange(from, to)));
  };
  const keys = (event) => {
    const mark = (event.ctrlKey || event.metaKey) && MARKS.find(([, , , key]) => key && key === event.key.toLowerCase());
    if (mark) event.preventDefault(), edit(around(mark[2]))();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && onEnter) event.preventDefault(), action.act(richOf(typed));
  };
  const button = (label, sign, how) => html`<button type="button" class="kit-tool" aria-label=${label} title=${label} disabled=${look} onclick=${edit(how)}>${sign}</button>`;
  return html`<span class="kit-act"><span class="kit-rich-input">
    <span class="kit-tools" role="toolbar" aria-label="Formatting">
      ${MARKS.map(([label, sign, mark]) => button(label, sign === "code" ? html`<${Icon} name="code" />` : html`<span class=${`kit-tool-${label.toLowerCase()}`}>${sign}</span>`, around(mark)))}
      ${LINES.map(([label, icon, mark]) => button(label, html`<${Icon} name=${icon} />`, before(mark)))}
      <button type="button" class="kit-tool kit-tool-look" aria-pressed=${String(look)} onclick=${() => setLook(!look)}>${look ? "Write" : "Preview"}</button>
    </span>
    ${look
      ? html`<span class="kit-rich-look">${value ? html`<${RichText} block=${value} />` : html`<span class="kit-soft">Nothing yet</span>`}</span>`
      : html`<textarea ref=${ref} class="kit-rich-area" dir="auto" rows=${Math.max(within(element.min_lines, 1, 100, 3), 2)} placeholder=${words(element.placeholder)} value=${typed} ...${labels} oninput=${(event) => change(event.target.value)} onkeydown=${keys}></textarea>`}
  </span><${Failure} of=${action} /></span>`;
}

/** Sets marks around what is selected, or takes them away. */
function around(mark) {
  return ({ value, selectionStart: from, selectionEnd: to }) => {
    const [head, middle, tail] = [value.slice(0, from), value.slice(from, to), value.slice(to)];
    if (head.endsWith(mark) && tail.startsWith(mark)) return [head.slice(0, -1) + middle + tail.slice(1), from - 1, to - 1];
    return [head + mark + middle + mark + tail, from + 1, to + 1];
  };
}

/** Sets a mark before each selected line. */
function before(mark) {
  return ({ value, selectionStart: from, selectionEnd: to }) => {
    const start = value.lastIndexOf("\n", from - 1) + 1;
    const chosen = value.slice(start, to).split("\n");
    const marked = chosen.map((line, at) => (mark === "1. " ? `${at + 1}. ` : mark) + line).join("\n");
    return [value.slice(0, start) + marked + value.slice(to), start + marked.length, start + marked.length];
  };
}

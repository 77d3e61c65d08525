// Choosing an emoji, by name or by eye.
import { html, useMemo, useState } from "/vendor/preact.js";
import { emojiGroups, searchEmoji } from "/text.js";
import { Popover } from "/overlay.js";

const FOUND = 72;
const ROW = 8;

/** Arrow keys walk over the grid; from the field, down leads into it. */
function walk(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: ROW, ArrowUp: -ROW }[event.key];
  const inField = event.target.matches("input");
  if (!step || (inField && event.key !== "ArrowDown")) return;
  event.preventDefault();
  const all = [...event.currentTarget.querySelectorAll(".emoji-grid button")];
  const at = inField ? -ROW : all.indexOf(document.activeElement);
  const next = at + step;
  if (next < 0) event.currentTarget.querySelector("input").focus();
  else all[Math.min(next, all.length - 1)]?.focus();
}

/** A box with all emoji; `pick` is given the chosen one's name. */
export function EmojiPicker({ anchor, close, pick }) {
  const [typed, setTyped] = useState("");
  const groups = useMemo(() => {
    if (typed.trim()) return [{ name: "Found", items: searchEmoji(typed.trim(), FOUND) }];
    return [{ name: "Often used", items: searchEmoji("", 16) }, ...emojiGroups()];
  }, [typed]);
  const choose = (name) => {
    close();
    pick(name);
  };
  const submit = (event) => {
    event.preventDefault();
    const first = groups[0]?.items[0];
    if (typed.trim() && first) choose(first.name);
  };
  const cell = ({ name, char }) => html`<button type="button" key=${name} title=${`:${name}:`} aria-label=${name.replaceAll("_", " ")} onClick=${() => choose(name)}>${char}</button>`;
  return html`
    <${Popover} anchor=${anchor} close=${close} className="picker" role="dialog" label="Choose an emoji" first="input">
      <form onSubmit=${submit} onKeyDown=${walk}>
        <input type="search" placeholder="Search emoji" aria-label="Search emoji" autocomplete="off" value=${typed} onInput=${(event) => setTyped(event.target.value)} />
        <div class="picker-scroll">
          ${groups.map((group) => html`<section key=${group.name}><h3>${group.name}</h3><div class="emoji-grid">${group.items.map(cell)}</div></section>`)}
          ${!groups[0].items.length && html`<p class="soft">No emoji has such a name.</p>`}
        </div>
      </form>
    <//>
  `;
}

// Where people write: the text, what completes it, a file, and who it is written as.
import { html, useEffect, useLayoutEffect, useRef, useState } from "/vendor/preact.js";
import { state, set, useStore, me, toast, bot, appName } from "/store.js";
import { Avatar, asWho } from "/avatar.js";
import { Icon } from "/icons.js";
import { Menu, Opener } from "/overlay.js";
import { EmojiPicker } from "/picker.js";
import { size } from "/files.js";
import { completion, commandOf } from "/complete.js";
import { command, invite, join, leaveChannel, say, shortcut } from "/acts.js";

/** What was typed and not sent, by place, thread and person. */
const drafts = new Map();
const TALLEST = 240;
const LARGEST = 8 * 1024 * 1024;

const BUILT_IN = {
  "/invite": (rest) => (rest ? invite(rest.split(/\s+/)[0]) : toast("Say whom: /invite @someone")),
  "/join": (rest) => join(rest ? rest.split(/\s+/)[0] : state.place),
  "/leave": () => leaveChannel(),
};

/** Sends or runs what was typed. Answers whether it may be forgotten. */
async function submit(text, root, broadcast, file) {
  const typed = /^(\/[^\s/]+)(?:\s+([\s\S]*))?$/.exec(text.trim());
  if (!typed || file) return Boolean(await say({ text: text.trim(), thread_ts: root, broadcast, file }));
  const [, name, rest = ""] = typed;
  if (Object.hasOwn(BUILT_IN, name)) return Boolean(await BUILT_IN[name](rest.trim()));
  return command(name, rest, root);
}

function readFile(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve({ name: file.name || "file", mimetype: file.type || "application/octet-stream", size: file.size, content: String(reader.result).split(",")[1] ?? "" });
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

/** What stands in one composer: its text, its file, and how to change them. */
function useDraft(key) {
  const [, again] = useState(0);
  const draft = drafts.get(key) ?? { text: "", file: null };
  const change = (part) => {
    const next = { ...(drafts.get(key) ?? draft), ...part };
    if (next.text || next.file) drafts.set(key, next);
    else drafts.delete(key);
    again((count) => count + 1);
  };
  return [draft, change];
}

/** `root`: the thread that it writes to, if one; `hint`: what stands in the empty field. */
export function Composer({ root, hint }) {
  const person = useStore(me);
  const place = useStore((now) => now.place);
  useStore((now) => now.workspace);
  const key = `${place} ${root ?? ""} ${person?.id}`;
  const [draft, change] = useDraft(key);
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState(0);
  const [closed, setClosed] = useState(false);
  const [pending, setPending] = useState(false);
  const [broadcast, setBroadcast] = useState(false);
  const field = useRef();
  const offers = closed ? null : completion(draft.text, caret);
  useLayoutEffect(() => fit(field.current), [draft.text, key]);
  useEffect(() => setBroadcast(false), [key]);

  const insert = (text, from = caret, to = caret) => {
    const next = draft.text.slice(0, from) + text + draft.text.slice(to);
    change({ text: next });
    setCaret(from + text.length);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(from + text.length, from + text.length);
    });
  };
  const take = (item) => insert(item.insert, offers.from, caret);
  const send = async () => {
    if (pending || (!draft.text.trim() && !draft.file)) return;
    setPending(true);
    const { size: _, ...file } = draft.file ?? {};
    const done = await submit(draft.text, root, broadcast, draft.file ? file : null);
    setPending(false);
    if (done) change({ text: "", file: null });
    // Not when a modal of the app took the focus meanwhile.
    if (document.activeElement === document.body) field.current?.focus();
  };
  const typed = (event) => {
    change({ text: event.target.value });
    setCaret(event.target.selectionStart);
    setChosen(0);
    setClosed(false);
  };
  const keys = (event) => {
    if (event.isComposing) return;
    if (offers && offerKeys(event, offers, chosen, setChosen, take, () => setClosed(true))) return;
    if (event.key === "Enter" && !event.shiftKey) event.preventDefault(), send();
    if (event.key === "ArrowUp" && !draft.text) editLast(event);
  };
  const attach = async (file) => {
    if (!file) return;
    if (file.size > LARGEST) return toast("The file is too large. At most 8 MB can be attached.");
    change({ file: await readFile(file) });
    field.current?.focus();
  };
  const id = root ? "offers-thread" : "offers-main";
  const active = offers && `${id}-${chosen}`;
  return html`
    <form class="composer" onSubmit=${(event) => (event.preventDefault(), send())} onDragOver=${(event) => event.preventDefault()} onDrop=${(event) => dropped(event, attach)}>
      ${offers && html`<${Offers} id=${id} offers=${offers} chosen=${chosen} take=${take} />`}
      ${!offers && html`<${Usage} text=${draft.text} inThread=${Boolean(root)} />`}
      <div class="box">
        ${draft.file && html`<${Attached} file=${draft.file} drop=${() => change({ file: null })} />`}
        <textarea ref=${field} rows="1" placeholder=${hint} aria-label=${hint} dir="auto" enterkeyhint="send" autocomplete="off" value=${draft.text}
          role="combobox" aria-autocomplete="list" aria-expanded=${String(Boolean(offers))} aria-controls=${offers ? id : undefined} aria-activedescendant=${active ?? undefined}
          onInput=${typed} onKeyDown=${keys} onSelect=${(event) => setCaret(event.target.selectionStart)} onBlur=${() => setClosed(true)} onFocus=${() => setClosed(false)}
          onPaste=${(event) => pasted(event, attach)}></textarea>
        <div class="bar">
          <${Writer} person=${person} />
          <${AttachButton} attach=${attach} />
          ${!root && html`<${Shortcuts} />`}
          <${Opener} icon="smile" label="Add an emoji" box=${({ anchor, close }) => html`<${EmojiPicker} anchor=${anchor} close=${close} pick=${(name) => insert(`:${name}: `)} />`} />
          <button type="button" class="icon-button at" title="Mention somebody" aria-label="Mention somebody" onClick=${() => insert(/\S$/.test(draft.text.slice(0, caret)) ? " @" : "@")}>@</button>
          ${root && html`<label class="also"><input type="checkbox" checked=${broadcast} onChange=${(event) => setBroadcast(event.target.checked)} /> Also send to the channel</label>`}
          <button type="submit" class="send" title="Send" aria-label="Send" disabled=${pending || (!draft.text.trim() && !draft.file)}>${pending ? html`<span class="spin"></span>` : html`<${Icon} name="send" />`}</button>
        </div>
      </div>
    </form>
  `;
}

function fit(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, TALLEST)}px`;
}

/** Arrows choose, Tab and Enter take, Escape closes. Answers whether the key was used. */
function offerKeys(event, offers, chosen, setChosen, take, close) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const count = offers.items.length;
  if (step) setChosen((chosen + step + count) % count);
  else if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey)) take(offers.items[Math.min(chosen, count - 1)]);
  else if (event.key === "Escape") close(), event.stopPropagation();
  else return false;
  event.preventDefault();
  return true;
}

/** The arrow up in an empty field opens one's last message for editing. */
function editLast(event) {
  const log = event.target.closest("form").parentElement.querySelector(".log");
  const mine = [...(log?.querySelectorAll(".message[data-own]") ?? [])].at(-1);
  if (!mine) return;
  event.preventDefault();
  mine.focus();
  mine.dispatchEvent(new KeyboardEvent("keydown", { key: "e", bubbles: true }));
}

function dropped(event, attach) {
  if (!event.dataTransfer?.files.length) return;
  event.preventDefault();
  attach(event.dataTransfer.files[0]);
}

function pasted(event, attach) {
  const file = event.clipboardData?.files[0];
  if (!file) return;
  event.preventDefault();
  attach(file);
}

function Offers({ id, offers, chosen, take }) {
  const ref = useRef();
  useEffect(() => ref.current?.children[chosen]?.scrollIntoView({ block: "nearest" }), [chosen]);
  const offer = (item, at) => html`
    <li key=${item.key} id=${`${id}-${at}`} role="option" aria-selected=${String(at === chosen)} class=${at === chosen ? "chosen" : ""} onMouseDown=${(event) => (event.preventDefault(), take(item))}>
      ${item.who ? html`<${Avatar} who=${item.who} size="small" />` : item.char ? html`<span class="offer-char">${item.char}</span>` : html`<${Icon} name=${item.icon} size="16" />`}
      <span class="offer-text"><b dir="auto">${item.title}</b>${item.hint && html` <span class="usage">${item.hint}</span>`}${item.note && html`<span class="soft" dir="auto">${item.note}</span>`}</span>
      ${item.tag && html`<span class="tag">${item.tag}</span>`}
    </li>
  `;
  return html`<div class="offers"><p class="soft">${offers.label} <span><kbd>↑</kbd><kbd>↓</kbd> choose, <kbd>Tab</kbd> takes</span></p><ul id=${id} role="listbox" aria-label=${offers.label} ref=${ref}>${offers.items.map(offer)}</ul></div>`;
}

/** How the command is used that is being typed. */
function Usage({ text, inThread }) {
  const known = commandOf(text);
  if (text.startsWith("/") && inThread) return html`<p class="usage-line">Slack runs no commands of apps in threads.</p>`;
  if (!known) return null;
  return html`<p class="usage-line" dir="auto"><b>${known.command}</b> <span class="usage">${known.usage_hint}</span> <span class="soft">${known.description}</span></p>`;
}

const Attached = ({ file, drop }) => html`
  <div class="file attached"><${Icon} name="file" size="22" /><span class="file-name"><b dir="auto">${file.name}</b><span class="soft">${size(file.size)}</span></span>
    <button type="button" class="icon-button" aria-label="Remove the file" onClick=${drop}><${Icon} name="close" size="15" /></button></div>
`;

/** Nobody should ever be unsure as whom they write. */
const Writer = ({ person }) => html`
  <button type="button" class="writer" title="Act as somebody else" aria-label=${`You write as ${person?.real_name ?? "nobody"}. Change`} onClick=${() => set({ over: { kind: "people" } })}>
    <${Avatar} who=${asWho(person)} size="small" /><span dir="auto">${person?.real_name ?? "Nobody"}</span><${Icon} name="down" size="12" />
  </button>
`;

function AttachButton({ attach }) {
  const ref = useRef();
  const changed = (event) => {
    attach(event.target.files[0]);
    event.target.value = "";
  };
  return html`
    <input type="file" class="hidden" tabindex="-1" aria-hidden="true" ref=${ref} onChange=${changed} />
    <button type="button" class="icon-button" title="Attach a file" aria-label="Attach a file" onClick=${() => ref.current.click()}><${Icon} name="clip" /></button>
  `;
}

function Shortcuts() {
  const all = useStore((now) => now.workspace.shortcuts).filter((one) => one.type === "global");
  const items = all.length
    ? [{ title: appName() }, ...all.map((one) => ({ label: one.name, icon: "bolt", run: () => shortcut(one.callback_id) }))]
    : [{ title: `@${bot().name} has no global shortcuts` }];
  return html`<${Opener} icon="bolt" label="Shortcuts of the app" box=${({ anchor, close }) => html`<${Menu} anchor=${anchor} close=${close} label="Shortcuts of the app" items=${items} />`} />`;
}

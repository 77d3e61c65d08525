// One message: who, when, what, its reactions, its thread, and what can be done with it.
import { html, useEffect, useMemo, useRef, useState } from "/vendor/preact.js";
import { Blocks } from "/kit.js";
import { Emoji, Mrkdwn, personName } from "/text.js";
import { state, appName } from "/store.js";
import { author, asWho, Avatar } from "/avatar.js";
import { Icon } from "/icons.js";
import { Menu, Opener } from "/overlay.js";
import { EmojiPicker } from "/picker.js";
import { Files } from "/files.js";
import { briefly, clock, full } from "/when.js";
import { openThread } from "/place.js";
import { book } from "/text.js";
import { ask, copy, dismiss, edit, isOwn, permalink, press, react, remove, shortcut, suggest, typedText } from "/acts.js";

const QUICK = ["white_check_mark", "eyes", "raised_hands"];

/**
 * `follows`: the author and the head stand above already; `inThread`: drawn in the thread's pane; `seenBy`: another object
 * when who acts, the people or the app's shortcuts are others.
 */
export function Message({ message, follows, inThread, found, seenBy }) {
  // The same node again, as long as nothing of it changed: the rest of the page may be drawn anew without it.
  return useMemo(
    () => html`<${Drawn} message=${message} follows=${follows} inThread=${inThread} found=${found} />`,
    [message, follows, inThread, found, seenBy],
  );
}

function Drawn({ message, follows, inThread, found }) {
  const [editing, setEditing] = useState(false);
  // The toolbar of a message that nobody came near is not made: a log has hundreds of them.
  const [near, setNear] = useState(false);
  const come = () => setNear(true);
  const ref = useRef();
  const who = author(message);
  const gone = message.subtype === "tombstone";
  const seen = Boolean(message.is_ephemeral);
  const name = ["message", follows && "follows", seen && "ephemeral", gone && "gone", found && "found", editing && "editing"].filter(Boolean).join(" ");
  const begin = () => setEditing(true);
  const keys = (event) => event.target === ref.current && byKey(event, message, begin, inThread);
  return html`
    <article class=${name} data-ts=${message.ts} data-own=${isOwn(message) ? "" : undefined} tabindex="-1" ref=${ref} aria-label=${`${who.name}, ${clock(message.ts)}`} onKeyDown=${keys} onMouseEnter=${come} onfocusin=${come}>
      <div class="gutter">${follows ? html`<${Stamp} ts=${message.ts} />` : html`<${Avatar} who=${who} />`}</div>
      <div class="rest">
        ${seen && html`<p class="only"><${Icon} name="eye" size="14" /> Only visible to you</p>`}
        ${!follows && html`<${Head} who=${who} ts=${message.ts} />`}
        ${message.subtype === "thread_broadcast" && html`<${Broadcast} message=${message} inThread=${inThread} />`}
        ${editing ? html`<${Editor} message=${message} close=${() => setEditing(false)} />` : html`<${Content} message=${message} />`}
        ${message.files?.length > 0 && html`<${Files} files=${message.files} />`}
        ${message.reactions?.length > 0 && html`<${Reactions} message=${message} />`}
        ${!inThread && message.reply_count > 0 && html`<${Replies} message=${message} />`}
        ${seen && html`<p class="aside"><button type="button" class="text-button" onClick=${() => dismiss(message.ts)}>Dismiss message</button></p>`}
      </div>
      ${near && !seen && !gone && !editing && html`<${Tools} message=${message} inThread=${inThread} begin=${begin} />`}
    </article>
  `;
}

/** Letters do what the toolbar does, while the message itself has the focus. */
function byKey(event, message, begin, inThread) {
  if (event.ctrlKey || event.metaKey || event.altKey || message.is_ephemeral) return;
  const find = (label) => event.currentTarget.querySelector(`.tools [data-tool="${label}"]`);
  if (event.key === "e" && isOwn(message)) event.preventDefault(), begin();
  else if (event.key === "r") event.preventDefault(), find("react")?.querySelector("button").click();
  else if (event.key === "t" && !inThread) event.preventDefault(), openThread(message.thread_ts ?? message.ts);
}

const Stamp = ({ ts }) => html`<time title=${full(ts)}>${clock(ts)}</time>`;

const Head = ({ who, ts }) => html`
  <div class="head"><b class="author" dir="auto">${who.name}</b>${who.app && html`<span class="badge">App</span>`}<${Stamp} ts=${ts} /></div>
`;

const Broadcast = ({ message, inThread }) => html`
  <p class="aside">${inThread ? "Also sent to the channel" : html`replied to <button type="button" class="text-button" onClick=${() => openThread(message.thread_ts)}>a thread</button>`}</p>
`;

function Content({ message }) {
  if (message.subtype === "tombstone") return html`<div class="body">This message was deleted.</div>`;
  // A person's blocks only repeat the text; the text has their stars and underscores.
  const byApp = message.bot_id || message.username;
  const blocks = byApp && Array.isArray(message.blocks) && message.blocks.length > 0;
  const edited = message.edited && html`<span class="edited" title=${`Edited ${full(message.edited.ts)}`}> (edited)</span>`;
  if (!blocks && !message.text) return edited ?? null;
  return html`<div class="body" dir="auto">${blocks ? html`<${MessageBlocks} message=${message} />` : html`<${Mrkdwn} text=${message.text} />`}${edited}</div>`;
}

/** The app's blocks. What was chosen in them is kept until the message is gone. */
function MessageBlocks({ message }) {
  const [values, setValues] = useState({});
  const latest = useRef({});
  const change = (block, action, value) => {
    latest.current = { ...latest.current, [block]: { ...latest.current[block], [action]: value } };
    setValues(latest.current);
  };
  const at = { ts: message.ts };
  return html`
    <${Blocks} blocks=${message.blocks} surface="message" values=${values} errors=${{}} onChange=${change}
      onAction=${(action) => press(at, action, latest.current)} onSuggest=${(asked) => suggest(at, asked)} />
  `;
}

function Reactions({ message }) {
  const chip = ({ name, users, count }) => {
    const mine = users.includes(state.me);
    const told = `${users.map((id) => (id === state.me ? "You" : (book.people.get(id)?.real_name ?? personName(id)))).join(", ")} reacted with :${name}:`;
    return html`
      <button type="button" key=${name} class=${mine ? "mine" : ""} title=${told} aria-label=${told} aria-pressed=${String(mine)} onClick=${() => react(message, name)}><${Emoji} name=${name} /> <span>${count}</span></button>
    `;
  };
  const more = ({ anchor, close }) => html`<${EmojiPicker} anchor=${anchor} close=${close} pick=${(name) => react(message, name)} />`;
  return html`<div class="reactions">${message.reactions.map(chip)}<${Opener} icon="smile" label="Add a reaction" className="add" box=${more} /></div>`;
}

function Replies({ message }) {
  const users = (message.reply_users ?? []).slice(0, 4).map((id) => (id === state.workspace.bot.user_id ? { id, app: true, name: appName() } : asWho(book.people.get(id) ?? { id, name: id })));
  const count = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return html`
    <button type="button" class="replies" onClick=${() => openThread(message.ts)}>
      ${users.map((who) => html`<${Avatar} key=${who.id} who=${who} size="small" />`)}<b>${count}</b><span class="soft">Last reply ${briefly(message.latest_reply)}</span>
    </button>
  `;
}

function Tools({ message, inThread, begin }) {
  const [held, setHeld] = useState(false);
  const pick = ({ anchor, close }) => html`<${EmojiPicker} anchor=${anchor} close=${close} pick=${(name) => react(message, name)} />`;
  const more = ({ anchor, close }) => html`<${Menu} anchor=${anchor} close=${close} label="What to do with this message" items=${actions(message, begin)} />`;
  const quick = (name) => html`<button type="button" class="icon-button quick" key=${name} title=${`React with :${name}:`} aria-label=${`React with ${name.replaceAll("_", " ")}`} onClick=${() => react(message, name)}><${Emoji} name=${name} /></button>`;
  return html`
    <div class=${held ? "tools held" : "tools"} role="group" aria-label="Message actions">
      ${QUICK.map(quick)}
      <span data-tool="react"><${Opener} icon="smile" label="Add a reaction" box=${pick} onOpen=${setHeld} /></span>
      ${!inThread && html`<button type="button" class="icon-button" title="Reply in thread" aria-label="Reply in thread" onClick=${() => openThread(message.thread_ts ?? message.ts)}><${Icon} name="reply" /></button>`}
      <${Opener} icon="more" label="More actions" box=${more} onOpen=${setHeld} />
    </div>
  `;
}

function actions(message, begin) {
  const own = isOwn(message);
  const shortcuts = state.workspace.shortcuts.filter((one) => one.type === "message");
  const question = { title: "Delete this message?", text: "It goes for everybody, and the app is told.", yes: "Delete", run: () => remove(message.ts) };
  return [
    own && { label: "Edit message", icon: "edit", hint: "E", run: begin },
    { label: "Copy link", icon: "link", run: () => copy(permalink(message), "Link copied") },
    { label: "Copy text", icon: "copy", run: () => copy(typedText(message)) },
    shortcuts.length > 0 && { title: appName() },
    ...shortcuts.map((one) => ({ label: one.name, icon: "bolt", run: () => shortcut(one.callback_id, message.ts) })),
    own && null,
    own && { label: "Delete message", icon: "trash", danger: true, run: () => ask(question) },
  ].filter((item) => item !== false);
}

function Editor({ message, close }) {
  const [text, setText] = useState(() => typedText(message));
  const [pending, setPending] = useState(false);
  const ref = useRef();
  useEffect(() => {
    ref.current.focus();
    ref.current.setSelectionRange(text.length, text.length);
  }, []);
  const save = async () => {
    if (pending) return;
    if (!text.trim()) return;
    setPending(true);
    const done = await edit(message.ts, text);
    setPending(false);
    if (done) close();
  };
  const keys = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) event.preventDefault(), save();
    if (event.key === "Escape") event.stopPropagation(), close();
  };
  return html`
    <div class="editor">
      <textarea ref=${ref} rows="3" aria-label="Edit the message" dir="auto" value=${text} onInput=${(event) => setText(event.target.value)} onKeyDown=${keys}></textarea>
      <div class="row"><button type="button" class="button" onClick=${close}>Cancel</button><button type="button" class="button primary" disabled=${pending || !text.trim()} onClick=${save}>Save</button></div>
    </div>
  `;
}

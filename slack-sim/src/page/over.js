// What the page itself lays above everything: the switcher, the list of people, questions, toasts.
import { html, useEffect, useMemo, useRef, useState } from "/vendor/preact.js";
import { state, set, useStore, untoast, humans, visible, appName, directOf, me, bot } from "/store.js";
import { Avatar, asWho, appWho } from "/avatar.js";
import { Icon } from "/icons.js";
import { Dialog } from "/overlay.js";
import { actAs, choose, openTab } from "/place.js";
import { unread } from "/reads.js";

const close = () => set({ over: null });
const MOST = 60;

export function Over() {
  const over = useStore((now) => now.over);
  if (over?.kind === "switcher") return html`<${Switcher} key="switcher" />`;
  if (over?.kind === "people") return html`<${People} key="people" />`;
  if (over?.kind === "question") return html`<${Question} key="question" ...${over} />`;
  return null;
}

/** How well words begin with the query: 0 at the start, 1 at a later word, 2 within, -1 not at all. */
function rank(query, text) {
  const whole = text.toLowerCase();
  if (whole.startsWith(query)) return 0;
  if (whole.split(/[\s._-]+/).some((word) => word.startsWith(query))) return 1;
  return whole.includes(query) ? 2 : -1;
}

function best(items, query) {
  if (!query) return items;
  const ranked = items.map((item) => ({ item, rank: Math.min(...item.words.map((word) => rank(query, word)).filter((one) => one >= 0).concat(9)) }));
  return ranked.filter((one) => one.rank < 9).sort((a, b) => a.rank - b.rank).map((one) => one.item);
}

/** A field and a list under it; arrows choose while one types. */
function Finder({ title, hint, items, empty, foot }) {
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState(0);
  const list = useRef();
  const shown = useMemo(() => best(items, typed.trim().toLowerCase().replace(/^[#@]/, "")).slice(0, MOST), [items, typed]);
  useEffect(() => list.current?.children[chosen]?.scrollIntoView({ block: "nearest" }), [chosen]);
  const run = (item) => {
    close();
    item?.run();
  };
  const keys = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length) event.preventDefault(), setChosen((chosen + step + shown.length) % shown.length);
    if (event.key === "Enter" && !event.isComposing) event.preventDefault(), shown[chosen] && run(shown[chosen]);
  };
  const entry = (item, at) => html`
    <li key=${item.key} id=${`found-${at}`} role="option" aria-selected=${String(at === chosen)} class=${at === chosen ? "chosen" : ""} onClick=${() => run(item)} onMouseMove=${() => setChosen(at)}>
      ${item.who ? html`<${Avatar} who=${item.who} size="medium" />` : html`<span class="finder-icon"><${Icon} name=${item.icon} size="17" /></span>`}
      <span class="grow"><b dir="auto">${item.label}</b>${item.note && html` <span class="soft" dir="auto">${item.note}</span>`}</span>${item.mark && html`<span class="badge">${item.mark}</span>`}
    </li>
  `;
  return html`
    <${Dialog} title=${title} close=${close} className="finder" first="input">
      <input type="search" role="combobox" aria-expanded="true" aria-controls="found" aria-activedescendant=${shown.length ? `found-${chosen}` : undefined} aria-label=${hint} placeholder=${hint} autocomplete="off"
        value=${typed} onInput=${(event) => (setTyped(event.target.value), setChosen(0))} onKeyDown=${keys} />
      <ul id="found" role="listbox" aria-label=${title} ref=${list}>${shown.map(entry)}</ul>
      ${!shown.length && html`<p class="empty">${empty}</p>`}
      ${foot && html`<p class="finder-foot soft">${foot}</p>`}
    <//>
  `;
}

function Switcher() {
  const items = useMemo(() => {
    const channels = state.channels.filter((one) => !one.is_im && visible(one));
    const fresh = (one) => Number(unread(one.id).fresh);
    const places = channels
      .sort((a, b) => fresh(b) - fresh(a))
      .map((one) => ({ key: one.id, icon: one.is_private ? "lock" : "hash", label: one.name, note: one.topic, mark: fresh(one) ? "New" : one.is_archived ? "Archived" : "", words: [one.name, one.topic ?? ""], run: () => choose(one.id) }));
    const direct = { key: "direct", who: appWho(), label: appName(), note: "Direct message", words: [appName(), bot().name], run: () => choose(directOf(me())?.id ?? "direct") };
    const home = { key: "home", icon: "home", label: `Home of ${appName()}`, words: ["home"], run: () => choose(directOf(me())?.id ?? "direct").then(() => openTab("home")) };
    const people = humans().map((person) => ({ key: person.id, who: asWho(person), label: person.real_name || person.name, note: `Act as @${person.name}`, mark: person.id === state.me ? "You" : "", words: [person.name, person.real_name ?? ""], run: () => actAs(person.id) }));
    return [...places.filter((one) => one.mark === "New"), direct, ...places.filter((one) => one.mark !== "New"), home, ...people];
  }, []);
  return html`<${Finder} title="Jump to" hint="Find a channel or a person" items=${items} empty="Nothing here has such a name." foot="A person means: act as them from now on." />`;
}

function People() {
  const people = useStore((now) => now.people);
  const person = useStore((now) => now.me);
  const items = useMemo(
    () =>
      humans().map((one) => ({
        key: one.id,
        who: asWho(one),
        label: one.real_name || one.name,
        note: `@${one.name}, ${one.tz}`,
        mark: one.id === person ? "You" : one.is_restricted ? "Guest" : one.team_id === state.workspace.team_id ? "" : "External",
        words: [one.name, one.real_name ?? ""],
        run: () => actAs(one.id),
      })),
    [people, person],
  );
  return html`<${Finder} title=${`You are ${me()?.real_name ?? "nobody"}`} hint="Act as somebody else" items=${items} empty="Nobody has such a name." foot="Each person sees their own channels, marks and messages." />`;
}

function Question({ title, text, yes, run }) {
  const agree = () => {
    close();
    run();
  };
  return html`
    <${Dialog} title=${title} close=${close} className="question" first=".danger">
      <p>${text}</p><footer class="modal-foot"><button type="button" class="button" onClick=${close}>Cancel</button><button type="button" class="button danger solid" onClick=${agree}>${yes}</button></footer>
    <//>
  `;
}

export function Toasts() {
  const toasts = useStore((now) => now.toasts);
  return html`
    <div class="toasts" role="alert">${toasts.map((one) => html`<div class=${`toast ${one.kind}`} key=${one.id}><span dir="auto">${one.text}</span><button type="button" class="icon-button" aria-label="Dismiss" onClick=${() => untoast(one.id)}><${Icon} name="close" size="14" /></button></div>`)}</div>
  `;
}

export function Connection() {
  const connected = useStore((now) => now.connected);
  return html`<div role="status">${!connected && html`<p class="stopped"><span class="spin"></span> The simulated workspace has stopped. Start it again and this page goes on.</p>`}</div>`;
}

/** New messages of the open channel, for screen readers alone. */
export function Heard() {
  const heard = useStore((now) => now.heard) ?? [];
  return html`<div class="sr" aria-live="polite">${heard.filter((one) => one.user !== state.me).map((one) => html`<p key=${one.ts}>${nameOf(one)}: ${one.text}</p>`)}</div>`;
}

const nameOf = (message) => humans().find((person) => person.id === message.user)?.real_name ?? appName();

// What stands beside the log: a thread, or what there is to know of the channel.
import { html, useEffect, useMemo, useRef, useState } from "/vendor/preact.js";
import { state, useStore, me, bot, channelNow, isMember, appName } from "/store.js";
import { Avatar, asWho, appWho } from "/avatar.js";
import { Composer } from "/composer.js";
import { Icon } from "/icons.js";
import { Log } from "/log.js";
import { useLayer } from "/overlay.js";
import { Place } from "/side.js";
import { actAs, closePane } from "/place.js";
import { ask, botHandle, invite, join, leaveChannel } from "/acts.js";

export function Pane() {
  const pane = useStore((now) => now.pane);
  if (!pane) return null;
  return pane.kind === "thread" ? html`<${Thread} key="thread" />` : html`<${Details} key="details" />`;
}

function PaneHead({ title, children }) {
  const ref = useRef();
  useEffect(() => ref.current.focus({ preventScroll: true }), []);
  return html`
    <header class="pane-head">
      <h2 tabindex="-1" ref=${ref}>${title}</h2><span class="soft">${children}</span>
      <button type="button" class="icon-button" aria-label=${`Close ${title.toLowerCase()}`} title="Close (Escape)" onClick=${closePane}><${Icon} name="close" /></button>
    </header>
  `;
}

function Thread() {
  const pane = useStore((now) => now.pane);
  const thread = useStore((now) => now.thread);
  const place = useStore((now) => now.place);
  const asides = useStore((now) => now.ephemerals);
  const person = useStore(me);
  const channel = useStore(channelNow);
  useLayer(closePane);
  useEffect(() => {
    requestAnimationFrame(() => document.querySelector("#pane .composer textarea")?.focus());
  }, [pane.ts]);
  const list = useMemo(() => {
    const mine = asides.filter((one) => one.thread_ts === pane.ts);
    return [...(thread?.list ?? []), ...mine].sort((a, b) => (a.ts < b.ts ? -1 : 1));
  }, [thread, asides, pane.ts]);
  return html`
    <aside id="pane" class="pane" aria-label="Thread">
      <${PaneHead} title="Thread"><${Place} channel=${channel} /><//>
      ${thread?.failed ? html`<p class="empty">${thread.failed}</p>` : html`<${Log} list=${list} place=${`${place} ${pane.ts}`} loaded=${Boolean(thread?.loaded)} inThread=${true} label="Messages of the thread" empty=${html`<p class="empty">This thread has no messages any more.</p>`} />`}
      ${channel?.is_archived ? html`<p class="closed">This channel is archived.</p>` : html`<${Composer} root=${pane.ts} hint=${`Reply as ${person?.real_name ?? "nobody"}`} />`}
    </aside>
  `;
}

function Details() {
  const channel = useStore(channelNow);
  const people = useStore((now) => now.people);
  const [wanted, setWanted] = useState("");
  useLayer(closePane);
  if (!channel) return null;
  const known = new Map(people.map((person) => [person.name, person]));
  const query = wanted.trim().toLowerCase();
  const matches = (name) => !query || `${name} ${known.get(name)?.real_name ?? ""}`.toLowerCase().includes(query);
  const marks = [channel.is_private ? "Private channel" : "Public channel", channel.is_ext_shared && "shared with another company", channel.is_archived && "archived"].filter(Boolean);
  return html`
    <aside id="pane" class="pane" aria-label="Details of the channel">
      <${PaneHead} title="Details"><${Place} channel=${channel} /><//>
      <div class="pane-body">
        <dl>
          <dt>Topic</dt><dd dir="auto">${channel.topic || html`<span class="soft">No topic is set.</span>`}</dd>
          <dt>Kind</dt><dd>${marks.join(", ")}</dd>
          <dt>Id</dt><dd><code>${channel.id}</code></dd>
        </dl>
        <${AppCard} channel=${channel} />
        <${Invite} channel=${channel} />
        <section>
          <h3>${channel.members.length} members</h3>
          ${channel.members.length > 8 && html`<input type="search" placeholder="Find a member" aria-label="Find a member" value=${wanted} onInput=${(event) => setWanted(event.target.value)} />`}
          <ul class="people">${channel.members.filter(matches).map((name) => html`<${Member} key=${name} name=${name} person=${known.get(name)} />`)}</ul>
        </section>
        <${Belonging} channel=${channel} />
      </div>
    </aside>
  `;
}

function AppCard({ channel }) {
  return html`
    <section class=${channel.bot_is_member ? "card" : "card warn"}>
      <${Avatar} who=${appWho()} />
      <div><b>${appName()}</b><p>${channel.bot_is_member ? `${botHandle()} is in this channel and hears what is said.` : `${botHandle()} is not in this channel and hears nothing here.`}</p>
        ${!channel.bot_is_member && !channel.is_archived && html`<button type="button" class="button primary" onClick=${() => invite(botHandle())}>Invite ${botHandle()}</button>`}</div>
    </section>
  `;
}

function Invite({ channel }) {
  const people = useStore((now) => now.people);
  const [name, setName] = useState("");
  if (channel.is_archived) return null;
  const outside = people.filter((person) => !person.is_bot && !person.deleted && !channel.members.includes(person.name));
  if (!outside.length) return null;
  const submit = async (event) => {
    event.preventDefault();
    if (name && (await invite(name))) setName("");
  };
  return html`
    <form class="invite" onSubmit=${submit}>
      <label for="invite-who">Invite somebody</label>
      <div class="row">
        <select id="invite-who" value=${name} onChange=${(event) => setName(event.target.value)}>
          <option value="">Choose a person</option>
          ${outside.map((person) => html`<option key=${person.id} value=${person.id}>${person.real_name || person.name} (@${person.name})</option>`)}
        </select>
        <button type="submit" class="button" disabled=${!name}>Invite</button>
      </div>
    </form>
  `;
}

function Member({ name, person }) {
  const you = person?.id === state.me;
  const app = person?.id === bot().user_id;
  const marks = [app || person?.is_bot ? "App" : "", person?.is_restricted ? "Guest" : "", person && person.team_id !== state.workspace.team_id ? "External" : ""].filter(Boolean);
  return html`
    <li>
      <${Avatar} who=${app ? appWho() : asWho(person ?? { id: name, name })} size="medium" />
      <span class="grow"><b dir="auto">${app ? appName() : (person?.real_name ?? name)}</b> <span class="soft">@${name}</span></span>
      ${marks.map((mark) => html`<span class="badge" key=${mark}>${mark}</span>`)}
      ${you ? html`<span class="soft">you</span>` : person && !person.is_bot && !person.deleted && html`<button type="button" class="text-button" onClick=${() => actAs(person.id)}>Act as</button>`}
    </li>
  `;
}

function Belonging({ channel }) {
  const inside = isMember(channel);
  if (channel.is_archived) return null;
  const leave = () => ask({ title: `Leave #${channel.name}?`, text: channel.is_private ? "Nobody sees a private channel from outside." : "You can join again at any time.", yes: "Leave", run: leaveChannel });
  return html`<section>${inside ? html`<button type="button" class="button danger" onClick=${leave}>Leave the channel</button>` : html`<button type="button" class="button" onClick=${() => join()}>Join the channel</button>`}</section>`;
}

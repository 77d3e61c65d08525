// The middle of the page: a channel, or the direct message with the app in its three parts.
import { html, useEffect, useMemo, useRef } from "/vendor/preact.js";
import { Blocks } from "/kit.js";
import { Mrkdwn } from "/text.js";
import { set, useStore, me, bot, channelNow, inDirect, isMember, appName } from "/store.js";
import { Avatar, appWho } from "/avatar.js";
import { Composer } from "/composer.js";
import { Icon } from "/icons.js";
import { Log } from "/log.js";
import { loadEarlier, loadNewest, logNow } from "/logs.js";
import { openDetails, openTab, markRead } from "/place.js";
import { Place } from "/side.js";
import { botHandle, invite, join, press, shortcut, suggest } from "/acts.js";

const MenuButton = () => html`<button type="button" class="icon-button menu-button" aria-label="Channels" aria-controls="side" onClick=${() => set({ sideOpen: true })}><${Icon} name="menu" /></button>`;

export function Main() {
  const direct = useStore(inDirect);
  return direct ? html`<${Direct} key="direct" />` : html`<${Channel} key="channel" />`;
}

function Channel() {
  const channel = useStore(channelNow);
  const person = useStore(me);
  if (!channel) return html`<main id="main"><header class="main-head"><${MenuButton} /></header><p class="empty">There is no channel yet. The program that runs this workspace can make some.</p></main>`;
  return html`
    <main id="main" aria-label=${`Channel ${channel.name}`}>
      <${Head} channel=${channel} />
      <${ChannelLog} channel=${channel} />
      ${channel.is_archived
        ? html`<p class="closed"><${Icon} name="box" size="16" /> #${channel.name} is archived. It can be read, and nothing can be written here.</p>`
        : html`<${Outside} channel=${channel} /><${Composer} hint=${`Message #${channel.name} as ${person?.real_name ?? "nobody"}`} />`}
    </main>
  `;
}

function Head({ channel }) {
  const title = useRef();
  useFocusOnPlace(title);
  const there = channel.bot_is_member;
  return html`
    <header class="main-head">
      <${MenuButton} />
      <div class="head-text">
        <h2 tabindex="-1" ref=${title} title=${channel.name}><${Place} channel=${channel} />${channel.is_ext_shared && html`<span class="badge">External</span>`}${channel.is_archived && html`<span class="badge">Archived</span>`}</h2>
        ${channel.topic && html`<p class="topic"><${Mrkdwn} text=${channel.topic} /></p>`}
      </div>
      <button type="button" class=${there ? "presence" : "presence off"} title=${there ? `${botHandle()} hears what is said here` : `${botHandle()} is not here. Details`} onClick=${openDetails}>
        <${Icon} name="app" size="16" /><span>${there ? appName() : `${appName()} is not here`}</span>
      </button>
      <button type="button" class="head-button" aria-label=${`${channel.members.length} members. Details of the channel`} title="Members and details" onClick=${openDetails}><${Icon} name="people" size="17" /> ${channel.members.length}</button>
    </header>
  `;
}

/** Whoever comes to a place by keyboard starts at its name. */
function useFocusOnPlace(ref) {
  const place = useStore((now) => now.place);
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) ref.current?.focus({ preventScroll: true });
    first.current = false;
  }, [place]);
}

function useList() {
  useStore((now) => now.drawn);
  const place = useStore((now) => now.place);
  const asides = useStore((now) => now.ephemerals);
  const log = logNow();
  const list = useMemo(() => {
    const first = log.hasEarlier ? (log.list[0]?.ts ?? "") : "";
    const mine = asides.filter((one) => !one.thread_ts && one.ts >= first);
    return mine.length ? [...log.list, ...mine].sort((a, b) => (a.ts < b.ts ? -1 : 1)) : log.list;
  }, [log.list, log.hasEarlier, asides]);
  return { place, log, list };
}

function TheLog({ intro, empty, label }) {
  const { place, log, list } = useList();
  const newFrom = useStore((now) => now.newFrom);
  if (log.failed) return html`<div class="log-frame"><p class="empty">${log.failed} <button type="button" class="button" onClick=${() => loadNewest(place)}>Try again</button></p></div>`;
  const loaded = log.loaded || place === "direct";
  return html`<${Log} list=${list} place=${place} hasEarlier=${log.hasEarlier} earlier=${() => loadEarlier(place)} loaded=${loaded} intro=${intro} empty=${empty} newFrom=${newFrom} label=${label} />`;
}

function ChannelLog({ channel }) {
  const intro = html`<${Intro} channel=${channel} />`;
  return html`<${TheLog} intro=${intro} empty=${html`<${Intro} channel=${channel} alone=${true} />`} label=${`Messages in ${channel.name}`} />`;
}

function Intro({ channel, alone }) {
  return html`
    <div class="intro">
      <span class="intro-sign"><${Icon} name=${channel.is_private ? "lock" : "hash"} size="26" /></span>
      <h3><span dir="auto">${channel.name}</span></h3>
      <p>This is where ${channel.is_private ? "the private channel" : "the channel"} begins.${alone && !channel.is_archived ? " Nothing was said yet: write the first message below." : ""}</p>
      ${!channel.bot_is_member && !channel.is_archived && html`<p><button type="button" class="button" onClick=${() => invite(botHandle())}><${Icon} name="app" size="16" /> Invite ${botHandle()}</button></p>`}
    </div>
  `;
}

function Outside({ channel }) {
  useStore((now) => now.me);
  if (isMember(channel)) return null;
  return html`<p class="outside"><span>${me()?.real_name ?? "Nobody"} is not in #${channel.name}. Writing here joins it.</span><button type="button" class="button small" onClick=${() => join(channel.id)}>Join</button></p>`;
}

const TABS = [["home", "Home", "home"], ["messages", "Messages", "chat"], ["about", "About", "info"]];

function Direct() {
  const title = useRef();
  const hasHome = useStore((now) => now.workspace).app.home;
  const asked = useStore((now) => now.tab);
  const tabs = TABS.filter(([name]) => name !== "home" || hasHome);
  const tab = asked === "home" && !hasHome ? "messages" : asked;
  useFocusOnPlace(title);
  const keys = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = tabs.findIndex(([name]) => name === tab);
    const [next] = tabs[(at + step + tabs.length) % tabs.length];
    openTab(next);
    requestAnimationFrame(() => document.getElementById(`tab-${next}`)?.focus());
  };
  const one = ([name, label, icon]) => html`<button type="button" role="tab" key=${name} id=${`tab-${name}`} aria-selected=${String(tab === name)} aria-controls="tab-panel" tabindex=${tab === name ? 0 : -1} onClick=${() => openTab(name)}><${Icon} name=${icon} size="16" /> ${label}</button>`;
  return html`
    <main id="main" aria-label=${`Direct message with ${appName()}`}>
      <header class="main-head with-tabs">
        <${MenuButton} />
        <div class="head-text"><h2 tabindex="-1" ref=${title}><${Avatar} who=${appWho()} size="small" /> <span dir="auto">${appName()}</span><span class="badge">App</span></h2></div>
        <div role="tablist" class="tabs" aria-label=${`Parts of ${appName()}`} onKeyDown=${keys}>${tabs.map(one)}</div>
      </header>
      <div role="tabpanel" id="tab-panel" class="tab-panel" aria-labelledby=${`tab-${tab}`}>
        ${tab === "home" && html`<${Home} />`}${tab === "messages" && html`<${DirectLog} />`}${tab === "about" && html`<${About} />`}
      </div>
    </main>
  `;
}

function DirectLog() {
  const person = useStore(me);
  useEffect(markRead, []);
  const intro = html`<div class="intro"><${Avatar} who=${appWho()} /><h3>${appName()}</h3><p>What you write here is between ${person?.real_name ?? "you"} and ${appName()}.</p></div>`;
  return html`<${TheLog} intro=${intro} empty=${intro} label=${`Messages with ${appName()}`} /><${Composer} hint=${`Message ${appName()} as ${person?.real_name ?? "nobody"}`} />`;
}

/** What the app published for this person. What is typed in it is kept while the view stays the same one. */
function Home() {
  const home = useStore((now) => now.views.home);
  const connected = useStore((now) => now.workspace.lines > 0);
  if (!home) {
    const next = connected ? "It was told just now that you opened it, and may still publish one." : `It is not connected. Start it, then open this tab again.`;
    return html`<div class="intro centre"><${Avatar} who=${appWho()} /><h3>${appName()} has no home here yet</h3><p>${next}</p></div>`;
  }
  return html`<div class="home" tabindex="0" role="region" aria-label=${`Home of ${appName()}`}><${ViewBlocks} key=${home.id} view=${home} surface="home" /></div>`;
}

function ViewBlocks({ view, surface }) {
  const values = useRef({});
  const change = (block, action, value) => {
    values.current = { ...values.current, [block]: { ...values.current[block], [action]: value } };
    set({ typedHome: {} });
  };
  useStore((now) => now.typedHome);
  const at = { view_id: view.id };
  return html`<${Blocks} blocks=${view.blocks ?? []} surface=${surface} values=${values.current} errors=${{}} onChange=${change} onAction=${(action) => press(at, action, values.current)} onSuggest=${(asked) => suggest(at, asked)} />`;
}

function About() {
  const workspace = useStore((now) => now.workspace);
  const channels = useStore((now) => now.channels).filter((one) => one.bot_is_member && !one.is_im);
  const line = workspace.mode === "http" ? "Called by HTTP" : workspace.lines ? `Socket Mode, ${workspace.lines === 1 ? "1 open line" : `${workspace.lines} open lines`}` : "Not connected";
  const shortcuts = workspace.shortcuts;
  return html`
    <div class="about" tabindex="0" role="region" aria-label=${`About ${appName()}`}>
      <dl>
        <dt>Name</dt><dd dir="auto">${appName()} <span class="soft">@${bot().name}</span></dd>
        <dt>Connection</dt><dd>${line}</dd>
        <dt>Ids</dt><dd class="ids">${[workspace.app.id, bot().user_id, bot().bot_id].filter(Boolean).map((id) => html`<code key=${id}>${id}</code> `)}</dd>
        <dt>Channels</dt><dd>${channels.length ? channels.map((one) => html`<span class="pill" key=${one.id}><${Place} channel=${one} /></span>`) : html`<span class="soft">It is in no channel.</span>`}</dd>
      </dl>
      <h3>Commands</h3>
      ${workspace.commands.length ? html`<ul class="lines">${workspace.commands.map((one) => html`<li key=${one.command}><b>${one.command}</b> <span class="usage">${one.usage_hint}</span><span class="soft" dir="auto">${one.description}</span></li>`)}</ul>` : html`<p class="soft">No command is registered by name: every command that is typed goes to the app.</p>`}
      <h3>Shortcuts</h3>
      ${shortcuts.length ? html`<ul class="lines">${shortcuts.map((one) => html`<li key=${one.callback_id}><b dir="auto">${one.name}</b><span class="soft">${one.type === "global" ? "From everywhere" : "On a message"}</span>${one.type === "global" && html`<button type="button" class="button small" onClick=${() => shortcut(one.callback_id)}>Run</button>`}</li>`)}</ul>` : html`<p class="soft">The app has no shortcuts.</p>`}
    </div>
  `;
}

// The side: the workspace, its channels, the app, and who acts.
import { html, useEffect, useState } from "/vendor/preact.js";
import { state, set, useStore, me, visible, isMember, inDirect, appName, directOf, workspaceNow } from "/store.js";
import { Avatar, asWho, appWho } from "/avatar.js";
import { Icon } from "/icons.js";
import { arrows, useLayer } from "/overlay.js";
import { choose } from "/place.js";
import { unread, unreadDirect } from "/reads.js";
import { full } from "/when.js";
import { toggleWire } from "/traffic.js";
import { nextTheme, themeIcon, themeName } from "/theme.js";

/** A channel's sign and name. */
export function Place({ channel }) {
  if (!channel || channel.is_im) return html`<span class="place" dir="auto">${appName()}</span>`;
  return html`<span class="place"><${Icon} name=${channel.is_private ? "lock" : "hash"} size="14" /><span dir="auto">${channel.name}</span></span>`;
}

export function Side() {
  const open = useStore((now) => now.sideOpen);
  return html`
    <nav id="side" class=${open ? "open" : ""} aria-label="Workspace">
      <${Head} />
      <button type="button" class="jump" onClick=${() => set({ over: { kind: "switcher" } })}><${Icon} name="search" size="15" /><span>Jump to</span><kbd>Ctrl K</kbd></button>
      <div class="side-scroll" onKeyDown=${arrows}><${Channels} /><${Apps} /></div>
      <${Foot} />
    </nav>
    ${open && html`<${Shade} />`}
  `;
}

/** On a narrow window the side lies above the page; a click beside it closes it. */
function Shade() {
  useLayer(() => set({ sideOpen: false }));
  return html`<button type="button" class="shade" aria-label="Close the list of channels" tabindex="-1" onClick=${() => set({ sideOpen: false })}></button>`;
}

function Head() {
  const workspace = useStore((now) => now.workspace);
  const lines = workspace.lines;
  const http = workspace.mode === "http";
  const on = lines > 0 || http;
  const told = http ? `${appName()} is called by HTTP` : on ? `${appName()} is connected` : `${appName()} is not connected`;
  return html`
    <header class="side-head">
      <h1 dir="auto" title=${workspace.name}>${workspace.name}</h1>
      <p class=${on ? "line on" : "line"} role="status">${told}</p>
      <${Clock} />
    </header>
  `;
}

function Clock() {
  const asked = useStore((now) => now.asked);
  useStore((now) => now.me);
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 10_000);
    return () => clearInterval(timer);
  }, [asked]);
  return html`<p class="side-clock"><span class="sr">The workspace's clock: </span>${full(workspaceNow() / 1000)}</p>`;
}

const FEW = 6;

function Channels() {
  const channels = useStore((now) => now.channels);
  const person = useStore((now) => now.me);
  const [all, setAll] = useState(false);
  const shown = channels.filter((one) => !one.is_im && visible(one));
  const mine = shown.filter((one) => isMember(one) && !one.is_archived);
  const others = shown.filter((one) => !isMember(one) || one.is_archived);
  const open = all || others.length <= FEW;
  const listed = open ? others : others.filter((one) => one.id === state.place);
  return html`
    <h2 id="channels-title">Channels</h2>
    <ul aria-labelledby="channels-title" key=${person}>${mine.map((one) => html`<${Entry} key=${one.id} id=${one.id} channel=${one} />`)}</ul>
    ${!mine.length && html`<p class="side-empty">${me()?.real_name ?? "Nobody"} is in no channel yet. Join one below.</p>`}
    ${others.length > 0 && html`<h2 id="others-title">Other channels</h2><ul class="others" aria-labelledby="others-title">${listed.map((one) => html`<${Entry} key=${one.id} id=${one.id} channel=${one} />`)}</ul>`}
    ${others.length > FEW && html`<button type="button" class="side-more" aria-expanded=${String(all)} onClick=${() => setAll(!all)}><${Icon} name=${all ? "down" : "right"} size="13" /> ${all ? "Show fewer" : `${others.length} more to look at`}</button>`}
  `;
}

function Entry({ id, channel }) {
  useStore((now) => now.marked);
  const current = useStore((now) => now.place === id);
  const news = current ? { fresh: false, count: 0 } : unread(id);
  const marks = [channel.is_ext_shared && ["globe", "External"], channel.is_archived && ["box", "Archived"]].filter(Boolean);
  return html`
    <li><button type="button" class=${news.fresh ? "fresh" : ""} aria-current=${current ? "true" : undefined} title=${channel.name} onClick=${() => choose(id)}>
      <${Icon} name=${channel.is_private ? "lock" : "hash"} size="15" /><span class="name" dir="auto">${channel.name}</span>
      ${marks.map(([icon, label]) => html`<span class="mark" key=${label} role="img" aria-label=${label} title=${label}><${Icon} name=${icon} size="13" /></span>`)}
      <${Count} news=${news} />
    </button></li>
  `;
}

function Count({ news }) {
  if (news.count) return html`<span class="count" aria-label=${`${news.count} unread for you`}>${news.count}</span>`;
  return news.fresh ? html`<span class="dot" role="img" aria-label="Unread"></span>` : null;
}

function Apps() {
  useStore((now) => now.marked);
  useStore((now) => now.workspace);
  const current = useStore(inDirect);
  useStore((now) => now.me);
  const news = current ? { fresh: false, count: 0 } : unreadDirect();
  return html`
    <h2 id="apps-title">Apps</h2>
    <ul aria-labelledby="apps-title">
      <li><button type="button" class=${news.fresh ? "fresh" : ""} aria-current=${current ? "true" : undefined} onClick=${() => choose(directOf(me())?.id ?? "direct")}>
        <${Avatar} who=${appWho()} size="small" /><span class="name" dir="auto">${appName()}</span><${Count} news=${news} />
      </button></li>
    </ul>
  `;
}

function Foot() {
  const person = useStore(me);
  const theme = useStore((now) => now.theme);
  const wire = useStore((now) => now.wireOpen);
  return html`
    <footer class="side-foot">
      <button type="button" class="you" aria-haspopup="dialog" onClick=${() => set({ over: { kind: "people" } })}>
        <${Avatar} who=${asWho(person)} size="medium" />
        <span class="you-text"><span class="soft">You are</span><b dir="auto">${person?.real_name ?? "nobody"}</b></span><span class="change">Change</span>
      </button>
      <div class="foot-row">
        <button type="button" class="foot-button" aria-pressed=${String(wire)} onClick=${toggleWire}><${Icon} name="wire" size="16" /> Wire</button>
        <button type="button" class="foot-button" title=${`Colours: ${themeName(theme)}`} aria-label=${`Colours: ${themeName(theme)}. Change`} onClick=${nextTheme}><${Icon} name=${themeIcon(theme)} size="16" /> ${themeName(theme)}</button>
      </div>
    </footer>
  `;
}

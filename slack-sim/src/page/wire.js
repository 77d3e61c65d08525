// The wire: what passes between the app and the workspace, for whoever builds an app.
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "/vendor/preact.js";
import { useStore, appName } from "/store.js";
import { Icon } from "/icons.js";
import { Json } from "/json.js";
import { arrows } from "/overlay.js";
import { clockWithSeconds, full } from "/when.js";
import { copy } from "/acts.js";
import { toggleWire } from "/traffic.js";

const KINDS = [["", "Everything"], ["call", "Calls of the Web API"], ["envelope", "Envelopes"], ["ack", "Acknowledgements"], ["response_url", "Answers to a response_url"], ["http", "HTTP"]];
const seconds = (at) => Date.parse(at) / 1000;

/** Whether an entry is looked for: its name, its error, or anything in its bodies. */
function matches(entry, { kind, query, failed }) {
  if (kind && entry.kind !== kind) return false;
  if (failed && entry.ok !== false && !entry.error) return false;
  return !query || `${entry.name} ${entry.kind} ${entry.error ?? ""} ${JSON.stringify(entry.body ?? "")}`.toLowerCase().includes(query);
}

export function Wire() {
  const open = useStore((now) => now.wireOpen);
  return open ? html`<${Drawer} />` : null;
}

function Drawer() {
  const all = useStore((now) => now.traffic) ?? [];
  const failed = useStore((now) => now.trafficFailed);
  const [filter, setFilter] = useState({ kind: "", query: "", failed: false });
  const [chosen, setChosen] = useState(null);
  const shown = useMemo(() => all.filter((entry) => matches(entry, { ...filter, query: filter.query.trim().toLowerCase() })), [all, filter]);
  const entry = shown.find((one) => one.n === chosen);
  const change = (part) => setFilter({ ...filter, ...part });
  return html`
    <section id="wire" class=${entry ? "wire with-entry" : "wire"} aria-label="Wire between the app and the workspace">
      <header class="wire-head">
        <h2><${Icon} name="wire" size="16" /> Wire</h2><span class="soft wire-count">${shown.length === all.length ? all.length : `${shown.length} of ${all.length}`}</span>
        <input type="search" placeholder="Filter by name or text" aria-label="Filter by name or text" value=${filter.query} onInput=${(event) => change({ query: event.target.value })} />
        <select aria-label="Kind" value=${filter.kind} onChange=${(event) => change({ kind: event.target.value })}>${KINDS.map(([value, label]) => html`<option key=${value} value=${value}>${label}</option>`)}</select>
        <label class="check"><input type="checkbox" checked=${filter.failed} onChange=${(event) => change({ failed: event.target.checked })} /> Errors only</label>
        <a class="button small" href="/sim/transcript" download="transcript.json" title="Everything that was said, as one JSON file"><${Icon} name="load" size="14" /> Transcript</a>
        <button type="button" class="icon-button" aria-label="Close the wire" title="Close the wire" onClick=${toggleWire}><${Icon} name="close" size="16" /></button>
      </header>
      <div class="wire-body">
        <${List} shown=${shown} chosen=${chosen} choose=${setChosen} empty=${failed ?? (all.length ? "Nothing passes this filter." : `Nothing passed yet. Say something where ${appName()} hears it, or point an app at this workspace.`)} />
        ${entry && html`<${Entry} key=${entry.n} entry=${entry} close=${() => setChosen(null)} />`}
      </div>
    </section>
  `;
}

function List({ shown, chosen, choose, empty }) {
  const ref = useRef();
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (atEnd.current && ref.current) ref.current.scrollTop = ref.current.scrollHeight;
  }, [shown]);
  const scrolled = ({ currentTarget: list }) => (atEnd.current = list.scrollHeight - list.scrollTop - list.clientHeight < 40);
  if (!shown.length) return html`<p class="empty">${empty}</p>`;
  return html`<div class="wire-list" ref=${ref} onScroll=${scrolled} onKeyDown=${arrows}>${shown.map((entry) => html`<${Line} key=${entry.n} entry=${entry} current=${entry.n === chosen} choose=${choose} />`)}</div>`;
}

function Line({ entry, current, choose }) {
  const wrong = entry.ok === false || Boolean(entry.error);
  return useMemo(
    () => html`
      <button type="button" class=${wrong ? "wire-line wrong" : "wire-line"} aria-current=${current ? "true" : undefined} onClick=${() => choose(current ? null : entry.n)}>
        <time title=${full(seconds(entry.at))}>${clockWithSeconds(seconds(entry.at))}</time>
        <span class=${`way ${entry.way}`} title=${entry.way === "in" ? "From the app" : "To the app"}>${entry.way === "in" ? "app →" : "→ app"}</span>
        <span class="kind">${entry.kind}</span><span class="wire-name">${entry.name}</span>
        <span class="outcome">${wrong ? (entry.error ?? "error") : entry.ok === true ? "ok" : ""}</span>
      </button>
    `,
    [entry, current],
  );
}

function Entry({ entry, close }) {
  const ref = useRef();
  useEffect(() => {
    ref.current.scrollTop = 0;
  }, []);
  const parts = [["Body", entry.body], ["Answer", entry.answer]].filter(([, value]) => value !== undefined && value !== null);
  return html`
    <div class="wire-entry" ref=${ref} tabindex="0" role="region" aria-label=${`${entry.kind} ${entry.name}`}>
      <header><b>${entry.name}</b> <span class="soft">${entry.kind}, ${entry.way === "in" ? "from the app" : "to the app"}${entry.status ? `, ${entry.status}` : ""}</span>
        <button type="button" class="button small" onClick=${() => copy(JSON.stringify(entry, null, 2), "Copied as JSON")}><${Icon} name="copy" size="14" /> Copy as JSON</button>
        <button type="button" class="icon-button" aria-label="Close this entry" onClick=${close}><${Icon} name="close" size="15" /></button></header>
      ${entry.error && html`<p class="wire-error">${entry.error}</p>`}
      ${parts.map(([name, value]) => html`<section key=${name}><h3>${name}</h3><${Json} value=${value} /></section>`)}
      ${!parts.length && html`<p class="soft">It carried nothing.</p>`}
    </div>
  `;
}

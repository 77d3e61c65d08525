// The log: messages by day and author, newest at the bottom, of which only a part stands in the page.
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "/vendor/preact.js";
import { state, set, useStore, workspaceNow } from "/store.js";
import { author } from "/avatar.js";
import { Icon } from "/icons.js";
import { Message } from "/message.js";
import { arrows } from "/overlay.js";
import { dayKey, dayName } from "/when.js";

/** At most so many messages are nodes of the page at once. */
const MOST = 120;
/** So many are added when an end comes near. */
const STEP = 20;
const FIRST = 40;
/** How near an end is near, and how far from the bottom still counts as at the bottom. */
const NEAR = 700;
const AT_END = 60;
/** Messages of one author within this many seconds stand under one name. */
const TOGETHER = 300;

/** Messages with what stands between them: {key, kind: "day" | "new" | "replies" | "message", ...}. */
export function rows(list, newFrom, me, inThread) {
  const out = [];
  let before = null;
  let marked = !newFrom;
  for (const message of list) {
    if (!inThread && (!before || dayKey(before.ts) !== dayKey(message.ts))) {
      out.push({ key: `day ${dayKey(message.ts)}`, kind: "day", ts: message.ts });
      before = null;
    }
    if (!marked && message.ts > newFrom && message.user !== me && !message.is_ephemeral) {
      out.push({ key: "new", kind: "new" });
      marked = true;
      before = null;
    }
    out.push({ key: `${message.is_ephemeral ? "e" : "m"}${message.ts}`, kind: "message", message, follows: follows(before, message) });
    before = message;
    // The root of a thread stands apart from its replies.
    if (inThread && out.length === 1 && list.length > 1) {
      out.push({ key: "replies", kind: "replies", count: list.filter((one) => !one.is_ephemeral).length - 1 });
      before = null;
    }
  }
  return out;
}

function follows(before, message) {
  if (!before || before.is_ephemeral || message.is_ephemeral || message.subtype === "thread_broadcast") return false;
  const [last, next] = [author(before), author(message)];
  return last.id === next.id && last.name === next.name && Number(message.ts) - Number(before.ts) < TOGETHER && before.subtype !== "tombstone";
}

// The line stays where it is; the day's name stays in sight.
const Day = ({ ts }) => html`<div class="day-line" role="separator" aria-label=${dayName(ts)}></div><div class="day" aria-hidden="true"><span>${dayName(ts)}</span></div>`;
const Count = ({ count }) => html`<div class="reply-line" role="separator"><span>${count === 1 ? "1 reply" : `${count} replies`}</span></div>`;
const New = () => html`<div class="new-line" role="separator"><span>New</span></div>`;

function Row({ row, inThread, found, seenBy }) {
  if (row.kind === "day") return html`<${Day} ts=${row.ts} />`;
  if (row.kind === "replies") return row.count > 0 ? html`<${Count} count=${row.count} />` : null;
  if (row.kind === "new") return html`<${New} />`;
  return html`<${Message} message=${row.message} follows=${row.follows} inThread=${inThread} found=${found} seenBy=${seenBy} />`;
}

/**
 * Which part of the list stands in the page: from one message up to another; null as the last means "follows the newest".
 * While somebody reads further up, what comes at the bottom does not push away what they read.
 */
function useWindow(list, place, spot) {
  const [part, setPart] = useState({ place, first: null, last: null });
  const mine = part.place === place ? part : { place, first: null, last: null };
  const following = spot.current.place !== place || spot.current.atEnd;
  const known = mine.first === null ? -1 : list.findIndex((one) => one.ts >= mine.first);
  let end = mine.last === null ? list.length : list.findLastIndex((one) => one.ts <= mine.last) + 1 || list.length;
  if (known >= 0 && !following) end = Math.min(end, known + MOST);
  const start = known >= 0 && end - known <= MOST ? known : Math.max(0, end - (known >= 0 ? MOST : FIRST));
  const show = (from, to) => setPart({ place, first: list[Math.max(0, from)]?.ts ?? null, last: to >= list.length ? null : list[to - 1].ts });
  return { start, end, show, atNewest: end >= list.length, unset: known < 0 };
}

/** Keeps what somebody looks at where it is while messages come and go above it; follows the bottom when they are there. */
function useScroll(ref, place, spot, drawn) {
  useLayoutEffect(() => {
    const log = ref.current;
    const now = spot.current;
    if (now.place !== place) Object.assign(now, { place, atEnd: true, anchor: null });
    if (now.atEnd) log.scrollTop = log.scrollHeight;
    else if (now.anchor?.isConnected) log.scrollTop += now.anchor.getBoundingClientRect().top - now.top;
    note(log, now);
  }, [place, ...drawn]);
  useEffect(() => {
    // Pictures and the window's size change heights after drawing.
    const watch = new ResizeObserver(() => {
      if (spot.current.atEnd && ref.current) ref.current.scrollTop = ref.current.scrollHeight;
    });
    watch.observe(ref.current);
    watch.observe(ref.current.firstElementChild);
    return () => watch.disconnect();
  }, []);
}

/** Notes the first message that is seen, and where. */
function note(log, spot) {
  const top = log.getBoundingClientRect().top;
  const all = log.querySelectorAll(".message");
  let [low, high] = [0, all.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle].getBoundingClientRect().bottom > top) high = middle;
    else low = middle + 1;
  }
  spot.anchor = all[low] ?? null;
  spot.top = spot.anchor?.getBoundingClientRect().top ?? 0;
}

/**
 * A scrolling log. `list`: messages by ts; `place`: another one begins at the bottom; `earlier()` loads what came before
 * and answers whether there was any; `intro` stands above the first, `empty` stands alone.
 */
export function Log({ list, place, hasEarlier, earlier, intro, empty, newFrom, inThread, label, loaded }) {
  const ref = useRef();
  const found = useStore((now) => now.found);
  const again = useStore((now) => now.foundAgain);
  const spot = useRef({ place: null, atEnd: true, anchor: null, top: 0 });
  const { start, end, show, atNewest, unset } = useWindow(list, place, spot);
  const seenBy = useSeenBy();
  // "Today" is another day when the clock was turned.
  useStore(() => dayKey(workspaceNow() / 1000));
  const part = useMemo(() => rows(list.slice(start, end), newFrom, state.me, inThread), [list, start, end, newFrom, inThread, seenBy]);
  useScroll(ref, place, spot, [list, start, end]);
  const [away, setAway] = useState(false);
  const grow = useRef();
  grow.current = async (up) => {
    if (up && start > 0) show(start - STEP, Math.min(end, start - STEP + MOST));
    else if (up && hasEarlier && (await earlier())) return;
    else if (!up && !atNewest) show(Math.max(start, end + STEP - MOST), end + STEP);
  };
  const scrolled = () => {
    const log = ref.current;
    const below = log.scrollHeight - log.scrollTop - log.clientHeight;
    spot.current.atEnd = below < AT_END && atNewest;
    if (unset && !spot.current.atEnd && list.length) show(start, end);
    note(log, spot.current);
    setAway(below > log.clientHeight || !atNewest);
    if (log.scrollTop < NEAR && (start > 0 || hasEarlier)) grow.current(true);
    else if (below < NEAR && !atNewest) grow.current(false);
  };
  // Who is at the very top cannot scroll further up, and a log that does not fill its height cannot be scrolled at all: what
  // came before comes by itself.
  useEffect(() => {
    if (loaded && ref.current.scrollTop < NEAR && (start > 0 || hasEarlier)) grow.current(true);
  }, [list, start, loaded]);
  useFound(ref, found, again, list, spot, show);
  const toNewest = () => {
    spot.current.atEnd = true;
    show(list.length - FIRST, list.length);
    requestAnimationFrame(() => (ref.current.scrollTop = ref.current.scrollHeight));
  };
  const isFirst = start === 0 && !hasEarlier;
  return html`
    <div class="log-frame">
      <div class="log" role="log" aria-live="off" aria-label=${label} tabindex="0" ref=${ref} onScroll=${scrolled} onKeyDown=${logKeys}>
        <div class="log-inner">
          ${!loaded && html`<${Bones} />`}
          ${loaded && isFirst && (list.length ? intro : empty)}
          ${loaded && !isFirst && html`<p class="earlier soft">Loading earlier messages</p>`}
          ${part.map((row) => html`<${Row} key=${row.key} row=${row} inThread=${inThread} seenBy=${seenBy} found=${row.message && row.message.ts === found} />`)}
        </div>
      </div>
      ${away && html`<button type="button" class="to-newest" onClick=${toNewest}><${Icon} name="down" size="15" /> Newest messages</button>`}
    </div>
  `;
}

/** Another object when messages look different to who acts now. */
function useSeenBy() {
  const who = useStore((now) => now.me);
  const people = useStore((now) => now.people);
  const shortcuts = useStore((now) => now.workspace.shortcuts);
  return useMemo(() => ({}), [who, people, shortcuts]);
}

/** Goes to the message that a link led to. */
function useFound(ref, found, again, list, spot, show) {
  useEffect(() => {
    if (!found) return;
    const at = list.findIndex((one) => one.ts === found);
    if (at < 0) return;
    spot.current.atEnd = false;
    show(at - STEP / 2, Math.min(list.length, at + STEP));
    requestAnimationFrame(() => {
      const node = ref.current?.querySelector(`[data-ts="${CSS.escape(found)}"]`);
      node?.scrollIntoView({ block: "center" });
      node?.focus({ preventScroll: true });
      if (ref.current) note(ref.current, spot.current);
    });
    const timer = setTimeout(() => state.found === found && set({ found: null }), 4000);
    return () => clearTimeout(timer);
  }, [found, again]);
}

/** In the log, arrows walk from message to message. */
function logKeys(event) {
  const walks = event.target === event.currentTarget || event.target.matches(".message");
  if (!walks || !["ArrowUp", "ArrowDown", "Home", "End"].includes(event.key)) return;
  if (event.target === event.currentTarget && ["ArrowUp", "End"].includes(event.key)) {
    event.preventDefault();
    [...event.currentTarget.querySelectorAll(".message")].at(-1)?.focus();
  } else if (event.target.matches(".message")) arrows(event, ".message");
}

const Bones = () => html`<div class="bones" aria-hidden="true">${[60, 85, 40, 70].map((width) => html`<div class="bone" key=${width}><span></span><i style=${{ width: `${width}%` }}></i></div>`)}</div>`;

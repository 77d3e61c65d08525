// Messages of channels as far as they were loaded, and the open thread.
import { get, path } from "/api.js";
import { state, set, toast } from "/store.js";
import { noteNews, forgetNews } from "/reads.js";

const PAGE = 100;
/** More changes than this at once, and the newest are loaded again as a whole. */
const MANY = 60;
/** A log that is left keeps no more than this. */
const KEPT = 200;
/** channel id -> {list, hasEarlier, loaded, failed}; the list is by ts, never changed in place. */
const logs = new Map();
const EMPTY = { list: [], hasEarlier: false, loaded: false };

/** The open channel's log, for drawing. */
export const logNow = () => logs.get(state.place) ?? EMPTY;

const rootOf = (message) => (message.thread_ts && message.thread_ts !== message.ts ? message.thread_ts : null);
const inList = (message) => !rootOf(message) || message.subtype === "thread_broadcast";
const newer = (a, b) => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0);

/** The message as it was, when it says the same: what draws it then need not look again. */
function kept(list, message) {
  const old = list.find((one) => one.ts === message.ts);
  return old && JSON.stringify(old) === JSON.stringify(message) ? old : message;
}

function merged(list, messages) {
  const fresh = new Map(messages.map((message) => [message.ts, message]));
  const all = list.map((one) => {
    const next = fresh.get(one.ts);
    fresh.delete(one.ts);
    return next && JSON.stringify(next) !== JSON.stringify(one) ? next : one;
  });
  return fresh.size ? [...all, ...fresh.values()].sort(newer) : all;
}

function put(channel, change) {
  logs.set(channel, { ...EMPTY, ...logs.get(channel), ...change });
  set({ drawn: {} });
}

const page = (channel, more) => get(path`/sim/channels/${channel}/messages?limit=${PAGE}&flat=1` + more);

/** Loads the newest messages; what was loaded before them stays, when they join on. */
export async function loadNewest(channel) {
  try {
    const messages = (await page(channel, "")).filter(inList);
    const old = logs.get(channel)?.list ?? [];
    const first = messages[0]?.ts;
    const joins = first && old.some((one) => one.ts === first);
    const before = joins ? old.filter((one) => one.ts < first) : [];
    const list = [...before, ...messages.map((message) => kept(old, message))];
    put(channel, { list, loaded: true, failed: null, hasEarlier: joins ? logs.get(channel).hasEarlier : messages.length >= PAGE });
  } catch (error) {
    put(channel, { loaded: true, failed: error.message });
  }
}

let loadingEarlier = false;

/** Loads the messages before those that are there. Answers whether there were any. */
export async function loadEarlier(channel) {
  const log = logs.get(channel);
  if (!log?.hasEarlier || loadingEarlier) return false;
  loadingEarlier = true;
  try {
    const messages = await page(channel, path`&before=${log.list[0]?.ts ?? ""}`);
    const list = logs.get(channel).list;
    // A server that does not know `before` answers the newest again.
    const earlier = messages.filter((message) => inList(message) && message.ts < list[0].ts);
    put(channel, { list: [...earlier, ...list], hasEarlier: messages.length >= PAGE && earlier.length > 0 });
    return earlier.length > 0;
  } catch (error) {
    toast(error.message);
    return false;
  } finally {
    loadingEarlier = false;
  }
}

/** Loads back until this message is there, within reason. */
export async function loadBackTo(channel, ts) {
  for (let pages = 0; pages < 100 && logNow().list[0]?.ts > ts; pages += 1) {
    if (!(await loadEarlier(channel))) return;
  }
}

/** What is no longer looked at keeps its newest messages alone. */
export function leave(channel) {
  const log = logs.get(channel);
  if (log && log.list.length > KEPT) put(channel, { list: log.list.slice(-KEPT), hasEarlier: true });
}

/** After a gap nothing that was kept can be trusted. */
export function forgetAll() {
  for (const channel of [...logs.keys()]) if (channel !== state.place) logs.delete(channel);
}

/** These messages were added, changed or taken away. Looks at just them. */
export async function changed(channel, stamps) {
  if (stamps.length > MANY) {
    if (logs.has(channel)) await loadNewest(channel);
    return refreshThread(channel);
  }
  const messages = await only(channel, stamps);
  const found = new Set(messages.map((message) => message.ts));
  take(channel, messages, stamps.filter((ts) => !found.has(ts)));
  const roots = new Set(messages.map(rootOf).filter((root) => root && !found.has(root)));
  const lost = stamps.some((ts) => !found.has(ts)) && state.pane?.kind === "thread" && state.place === channel;
  if (lost) roots.add(state.pane.ts);
  if (roots.size && logs.has(channel)) take(channel, await only(channel, [...roots]), []);
}

const only = (channel, stamps) => get(path`/sim/channels/${channel}/messages?only=${stamps.join(",")}&flat=1`);

function take(channel, messages, gone) {
  const log = logs.get(channel);
  const newest = log?.list.at(-1)?.ts ?? "";
  for (const message of messages) if (inList(message) && !message.hidden) noteNews(channel, message);
  for (const ts of gone) forgetNews(channel, ts);
  if (log?.loaded) {
    const first = log.list[0]?.ts ?? "";
    // What lies before the first that is loaded comes when it is scrolled to.
    const mine = messages.filter((message) => inList(message) && (!log.hasEarlier || message.ts >= first));
    put(channel, { list: merged(log.list.filter((one) => !gone.includes(one.ts)), mine) });
    if (channel === state.place) announce(mine.filter((message) => message.ts > newest));
  }
  const thread = state.thread;
  if (!thread || channel !== state.place) return;
  const here = messages.filter((message) => message.ts === thread.ts || rootOf(message) === thread.ts);
  set({ thread: { ...thread, list: merged(thread.list.filter((one) => !gone.includes(one.ts)), here) } });
}

/** Read out by screen readers: only what is new in the open channel. */
function announce(messages) {
  if (messages.length) set({ heard: messages.slice(-3) });
}

/** Loads the thread that is open, if one is. */
export async function loadThread() {
  const { pane, place } = state;
  if (pane?.kind !== "thread") return set({ thread: null });
  if (state.thread?.ts !== pane.ts) set({ thread: { ts: pane.ts, list: [], loaded: false } });
  try {
    const list = await get(path`/sim/channels/${place}/thread/${pane.ts}`);
    if (state.pane === pane) set({ thread: { ts: pane.ts, list: merged([], list), loaded: true } });
  } catch (error) {
    if (state.pane === pane) set({ thread: { ts: pane.ts, list: [], loaded: true, failed: error.message } });
  }
}

const refreshThread = (channel) => (channel === state.place ? loadThread() : undefined);

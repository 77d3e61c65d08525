// Staying up to date: the stream tells what changed, and just that is looked at again.
import { state, set, toast } from "/store.js";
import { loadChannels, loadCompany, loadEphemerals, loadPeople, loadViews, loadWorkspace, look, markRead } from "/place.js";
import { changed, forgetAll, loadNewest } from "/logs.js";
import { loadTraffic } from "/traffic.js";

/** Changes that come within this time are looked at together. */
const TOGETHER_MS = 40;
const AGAIN_MS = 2000;
/** How often the workspace's clock is asked for: somebody may turn it. */
const CLOCK_MS = 20000;

const blank = () => ({ stamps: new Map(), wanted: new Set() });
let waiting = blank();
let timer = null;
let busy = false;

const LOADERS = {
  company: async () => {
    await loadCompany();
    await look();
  },
  workspace: loadWorkspace,
  people: loadPeople,
  channels: loadChannels,
  ephemerals: loadEphemerals,
  views: loadViews,
  traffic: loadTraffic,
};

function want(name) {
  waiting.wanted.add(name);
  soon();
}

function wantMessage(channel, ts) {
  if (!waiting.stamps.has(channel)) waiting.stamps.set(channel, new Set());
  if (ts) waiting.stamps.get(channel).add(ts);
  else waiting.wanted.add(`newest ${channel}`);
  soon();
}

// Not put off by further ticks: a flood must not keep the page from moving.
function soon() {
  if (!busy) timer ??= setTimeout(flush, TOGETHER_MS);
}

async function flush() {
  timer = null;
  busy = true;
  const { stamps, wanted } = waiting;
  waiting = blank();
  try {
    await lookAt(stamps, wanted);
  } catch (error) {
    // A lost connection is told by the bar; it needs no toast beside it.
    if (state.connected && error.status) toast(error.message);
  }
  busy = false;
  if (waiting.stamps.size || waiting.wanted.size) soon();
}

async function lookAt(stamps, wanted) {
  if (wanted.has("company")) return LOADERS.company();
  // A new channel must be known before its messages are.
  if ([...stamps.keys()].some((id) => !state.channels.some((one) => one.id === id))) wanted.add("channels");
  if (wanted.delete("channels")) await loadChannels();
  const jobs = [...wanted].map((name) => (name.startsWith("newest ") ? loadNewest(name.slice(7)) : LOADERS[name]()));
  for (const [channel, some] of stamps) if (some.size) jobs.push(changed(channel, [...some]));
  await Promise.all(jobs);
  markRead();
}

const HEARD = {
  message: ({ channel, ts }) => wantMessage(channel, ts),
  channel: () => want("channels"),
  people: () => want("people"),
  ephemeral: ({ user }) => (!user || user === state.me) && want("ephemerals"),
  view: ({ user }) => (!user || user === state.me) && want("views"),
  home: ({ user }) => (!user || user === state.me) && want("views"),
  line: () => want("workspace"),
  traffic: () => state.wireOpen && want("traffic"),
  much: () => {
    forgetAll();
    want("company");
  },
};

function lost() {
  if (state.connected) set({ connected: false });
}

function back() {
  if (state.connected) return;
  set({ connected: true });
  forgetAll();
  want("company");
  want("traffic");
}

/** Listens to the stream for as long as the page is open. */
export function listen() {
  const ticks = new EventSource("/sim/stream");
  ticks.onmessage = (event) => {
    const tick = JSON.parse(event.data);
    HEARD[tick.what]?.(tick);
  };
  ticks.onopen = back;
  ticks.onerror = () => {
    lost();
    // Some browsers try again by themselves; the others closed it for good.
    if (ticks.readyState !== EventSource.CLOSED) return;
    ticks.close();
    setTimeout(listen, AGAIN_MS);
  };
}

/** Keeps the clock right, and marks as read what is seen when the window comes back. */
export function keepTime() {
  setInterval(() => !document.hidden && state.connected && want("workspace"), CLOCK_MS);
  document.addEventListener("visibilitychange", () => !document.hidden && markRead());
}

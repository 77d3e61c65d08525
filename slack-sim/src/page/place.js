// Where somebody is: the channel, who acts, what stands beside it. All of it is in the address.
import { get, getOr, path, send } from "/api.js";
import { book } from "/text.js";
import { state, set, me, channelNow, inDirect, humans, visible, isMember, directOf, toast } from "/store.js";
import { loadNewest, loadThread, loadBackTo, leave, logNow } from "/logs.js";
import { read, readUpTo, unread } from "/reads.js";

/** Looks at the workspace, its people and its channels. */
export async function loadCompany() {
  const [workspace, people, channels] = await Promise.all([get("/sim/workspace"), get("/sim/people"), get("/sim/channels")]);
  takeWorkspace(workspace);
  takePeople(people);
  takeChannels(channels);
}

export const loadWorkspace = async () => takeWorkspace(await get("/sim/workspace"));
export const loadPeople = async () => takePeople(await get("/sim/people"));
export const loadChannels = async () => takeChannels(await get("/sim/channels"));

function takeWorkspace(workspace) {
  const known = { commands: [], shortcuts: [], app: { name: workspace.bot?.name, home: false }, ...workspace };
  document.title = `${workspace.name} (simulated)`;
  // What draws messages looks at the list alone: the same one says that nothing changed.
  if (same(known.shortcuts, state.workspace.shortcuts)) known.shortcuts = state.workspace.shortcuts;
  set({ workspace: known, asked: performance.now() });
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function takePeople(told) {
  const people = same(told, state.people) ? state.people : told;
  book.people = new Map(people.map((person) => [person.id, person]));
  set({ people });
  if (!humans().some((person) => person.id === state.me)) set({ me: humans()[0]?.id ?? null });
  readAs();
}

function takeChannels(channels) {
  book.channels = new Map(channels.map((channel) => [channel.id, channel]));
  set({ channels });
  settle();
}

/** Names and times are read by who acts. */
function readAs() {
  book.me = state.me;
  book.tz = me()?.tz;
}

/** Leads from a place that is not there (any more) to one that is. */
function settle() {
  if (state.place === "direct" && directOf(me())) set({ place: directOf(me()).id });
  if (state.place === "direct" || visible(channelNow())) return;
  const first = state.channels.find((one) => !one.is_im && visible(one) && isMember(one)) ?? state.channels.find((one) => !one.is_im && visible(one));
  set({ place: first?.id ?? "direct", pane: null, thread: null });
}

/** Opens a channel by id, or "direct"; a message in it, a thread of it. */
export async function choose(id, ts, root) {
  const place = id === "direct" ? (directOf(me())?.id ?? "direct") : id;
  if (place !== state.place) leave(state.place);
  const pane = root ? { kind: "thread", ts: root } : place === state.place && ts ? state.pane : null;
  const tab = inPlace(place) ? (ts || root || unread(place).fresh ? "messages" : state.tab) : "messages";
  set({ place, pane, tab, found: ts ?? null, sideOpen: false, thread: null, newFrom: markHere(place) });
  await look();
  if (ts && logNow().list.length) await loadBackTo(place, ts);
  if (ts) set({ found: ts, foundAgain: {} });
}

const inPlace = (place) => place === "direct" || Boolean(book.channels.get(place)?.is_im);

/** Where the line "New" stands: after what was read, when something came since. */
const markHere = (place) => (place && unread(place).fresh ? readUpTo(place) : null);

/** Somebody else acts from now on. */
export async function actAs(id) {
  if (id === state.me) return;
  const direct = inDirect();
  set({ me: id, ephemerals: [], views: { home: null, modals: [] }, pane: direct ? null : state.pane, thread: direct ? null : state.thread });
  readAs();
  if (direct) set({ place: "direct" });
  settle();
  set({ newFrom: markHere(state.place) });
  await look();
}

/** Loads what is to be seen here, and remembers where that is. */
export async function look() {
  remember();
  const place = state.place;
  const parts = [loadThread(), loadEphemerals(), loadViews()];
  if (place && place !== "direct") parts.push(loadNewest(place));
  if (inDirect() && state.tab === "home") openHome();
  await Promise.all(parts);
  markRead();
}

/** What is shown while somebody looks counts as read. */
export function markRead() {
  if (document.hidden || (inDirect() && state.tab !== "messages")) return;
  read(state.place, logNow().list.at(-1)?.ts);
}

export async function loadEphemerals() {
  const { me: person, place } = state;
  if (!person || !place || place === "direct") return set({ ephemerals: [] });
  const seen = await getOr(path`/sim/people/${person}/ephemeral?channel=${place}`, []).catch(() => []);
  if (state.me === person && state.place === place) set({ ephemerals: seen });
}

export async function loadViews() {
  const person = state.me;
  if (!person) return;
  const views = await getOr(path`/sim/people/${person}/views`, { home: null, modals: [] }).catch(() => state.views);
  if (state.me === person) set({ views: { home: views.home ?? null, modals: views.modals ?? [] } });
}

/** The app hears that its Home tab was opened, and may publish a new one. */
async function openHome() {
  const reply = await send("/sim/home", { user: state.me });
  if (!reply.ok && reply.error !== "not_found") toast(reply.message ?? reply.error);
  await loadViews();
}

export function openTab(tab) {
  set({ tab, pane: null, thread: null });
  remember();
  if (tab === "home") openHome();
  if (tab === "messages") markRead();
}

export function openThread(ts) {
  set({ pane: { kind: "thread", ts } });
  remember();
  return loadThread();
}

export function openDetails() {
  set({ pane: state.pane?.kind === "details" ? null : { kind: "details" }, thread: null });
  remember();
}

export function closePane() {
  set({ pane: null, thread: null });
  remember();
}

/** The choice stands in the address, so that a reload or a link shows the same. */
function remember() {
  const parts = new URLSearchParams({ channel: inDirect() ? "direct" : (channelNow()?.name ?? ""), as: me()?.name ?? "" });
  if (state.pane?.kind === "thread") parts.set("thread", state.pane.ts);
  if (inDirect() && state.tab !== "messages") parts.set("tab", state.tab);
  history.replaceState(null, "", `#${parts}`);
}

/** Reads the address; unknown names lead to the first person and channel. */
export function recall() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const person = humans().find((one) => one.name === parts.get("as"));
  if (person) set({ me: person.id });
  readAs();
  const named = state.channels.find((one) => !one.is_im && one.name === parts.get("channel"));
  const tab = ["home", "about"].includes(parts.get("tab")) ? parts.get("tab") : "messages";
  const pane = parts.get("thread") ? { kind: "thread", ts: parts.get("thread") } : null;
  set({ place: parts.get("channel") === "direct" ? "direct" : (named?.id ?? null), tab, pane });
  settle();
}

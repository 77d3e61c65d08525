// What the page knows and what was chosen, and who is told when it changes.
import { useEffect, useReducer } from "/vendor/preact.js";
import { book } from "/text.js";

export const state = {
  ready: false,
  connected: true,
  workspace: { name: "", bot: { name: "", user_id: "" }, app: { name: "" }, commands: [], shortcuts: [], lines: 0 },
  /** When the workspace's clock was looked at, by the browser's own: the page lets it walk on from there. */
  asked: 0,
  people: [],
  channels: [],
  /** Who acts here: a person's id. */
  me: null,
  /** A channel's id, or "direct" while the direct message with the app has no channel yet. */
  place: null,
  /** Which part of the direct message is open: home, messages or about. */
  tab: "messages",
  /** What stands beside the log: {kind: "thread", ts} or {kind: "details"}, or nothing. */
  pane: null,
  /** The message that a link led to. */
  found: null,
  sideOpen: false,
  wireOpen: false,
  theme: "system",
  ephemerals: [],
  views: { home: null, modals: [] },
  /** What lies above the page: {kind, ...}; the switcher, the list of people, a question. */
  over: null,
  toasts: [],
};

const listeners = new Set();
let telling = false;

/** Changes the state and draws anew what looks at it, once for all changes of one go. */
export function set(change) {
  Object.assign(state, change);
  if (telling) return;
  telling = true;
  queueMicrotask(() => {
    telling = false;
    for (const listener of [...listeners]) listener();
  });
}

const sameParts = (a, b) => Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((part, at) => Object.is(part, b[at]));

/** A part of the state for a component: drawn anew when that part is another; of a list, when one of its parts is. */
export function useStore(select) {
  const [, again] = useReducer((count) => count + 1, 0);
  const now = select(state);
  useEffect(() => {
    let last = select(state);
    if (!Object.is(last, now) && !sameParts(last, now)) again();
    const listener = () => {
      const next = select(state);
      if (Object.is(next, last) || sameParts(next, last)) return;
      last = next;
      again();
    };
    listeners.add(listener);
    return () => listeners.delete(listener);
  });
  return now;
}

export const me = () => book.people.get(state.me);
export const bot = () => state.workspace.bot;
export const appName = () => state.workspace.app?.name ?? bot().name;
export const channelNow = () => book.channels.get(state.place);
export const inDirect = () => state.place === "direct" || Boolean(channelNow()?.is_im);
export const humans = () => state.people.filter((person) => !person.is_bot && !person.deleted);
export const isMember = (channel) => channel.members.includes(me()?.name);
export const directOf = (person) => state.channels.find((channel) => channel.is_im && channel.user === person?.name);

/** The channel's name for the control API. */
export const target = () => (inDirect() ? `@${bot().name}` : state.place);

/** Private channels are seen by their members, a direct message by its person. */
export function visible(channel) {
  if (!channel) return false;
  if (channel.is_im) return channel.user === me()?.name;
  return !channel.is_private || isMember(channel);
}

/** The workspace's time in milliseconds, walking on since it was asked for. */
export function workspaceNow() {
  const told = Date.parse(state.workspace.now ?? "");
  return Number.isFinite(told) ? told + (performance.now() - state.asked) : Date.now();
}

let number = 0;

/** Says something in the corner, for a while. */
export function toast(text, kind = "error") {
  if (!text || state.toasts.some((one) => one.text === text)) return;
  const one = { id: ++number, text, kind };
  set({ toasts: [...state.toasts.slice(-3), one] });
  setTimeout(() => untoast(one.id), kind === "error" ? 8000 : 4000);
}

export const untoast = (id) => set({ toasts: state.toasts.filter((one) => one.id !== id) });

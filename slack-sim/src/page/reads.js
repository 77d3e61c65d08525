// What each person has read. Kept in the page: the workspace knows nothing of it.
import { book } from "/text.js";
import { state, set, directOf } from "/store.js";

/** person id -> channel id -> the newest ts that they saw */
const marks = new Map();
/** channel id -> what came since the page opened: {ts, user, loud, users} */
const recent = new Map();
/** channel id -> its newest ts when the page opened: all before it counts as read */
const baseline = new Map();
const KEPT = 200;

/** Everything that stands there when the page opens was read. */
export function begin() {
  for (const { id, latest } of state.channels) if (latest && !baseline.has(id)) baseline.set(id, latest);
}

export function readUpTo(channel, person = state.me) {
  return marks.get(person)?.get(channel) ?? baseline.get(channel) ?? "";
}

/** This person saw everything up to this ts. Answers whether that was news. */
export function read(channel, ts, person = state.me) {
  if (!ts || ts <= readUpTo(channel, person)) return false;
  if (!marks.has(person)) marks.set(person, new Map());
  marks.get(person).set(channel, ts);
  set({ marked: {} });
  return true;
}

/** Somebody said something: kept for counting, once. */
export function noteNews(channel, message) {
  const list = recent.get(channel) ?? [];
  if (list.some((one) => one.ts === message.ts)) return;
  const text = message.text ?? "";
  const users = new Set([...text.matchAll(/<@([A-Z0-9]+)/g)].map((found) => found[1]));
  list.push({ ts: message.ts, user: message.bot_id ? bot(message) : message.user, loud: /<!(channel|here|everyone)/.test(text), users });
  recent.set(channel, list.slice(-KEPT));
  set({ marked: {} });
}

const bot = (message) => message.user ?? message.bot_id;

/** A message is gone: it is no longer counted. */
export function forgetNews(channel, ts) {
  const list = recent.get(channel);
  if (!list?.some((one) => one.ts === ts)) return;
  recent.set(channel, list.filter((one) => one.ts !== ts));
  set({ marked: {} });
}

/** What is new in a channel for who acts: {fresh, count}; the count is of what calls them. */
export function unread(id) {
  const mark = readUpTo(id);
  const news = (recent.get(id) ?? []).filter((one) => one.ts > mark && one.user !== state.me);
  const direct = book.channels.get(id)?.is_im;
  const calls = direct ? news : news.filter((one) => one.loud || one.users.has(state.me));
  return { fresh: news.length > 0, count: calls.length };
}

export function unreadDirect() {
  const direct = directOf(book.people.get(state.me));
  return direct ? unread(direct.id) : { fresh: false, count: 0 };
}

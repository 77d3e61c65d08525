// Times as people read them, in the time zone of who acts.
import { book } from "/text.js";
import { workspaceNow } from "/store.js";

// Making a formatter takes far longer than using one.
const formatters = new Map();

function formatter(name, parts) {
  const key = `${name} ${book.tz}`;
  if (!formatters.has(key)) formatters.set(key, made(parts));
  return formatters.get(key);
}

function made(parts) {
  try {
    return new Intl.DateTimeFormat("en-GB", { ...parts, timeZone: book.tz });
  } catch {
    // A zone that this browser does not know.
    return new Intl.DateTimeFormat("en-GB", parts);
  }
}

const shaped = (name, parts) => (seconds) => formatter(name, parts).format(new Date(Number(seconds) * 1000));

export const clock = shaped("clock", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
export const clockWithSeconds = shaped("seconds", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const dayWithYear = shaped("dayYear", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const dayOfYear = shaped("day", { weekday: "long", day: "numeric", month: "long" });
const shortDay = shaped("short", { day: "numeric", month: "short" });
const yearOf = shaped("year", { year: "numeric" });
const keyOf = shaped("key", { year: "numeric", month: "2-digit", day: "2-digit" });

/** Days begin at a quarter of an hour in every time zone there is. */
const QUARTER = 900;
const keys = new Map();

/** A day as a key: the same for all moments of one day. A log asks for it at each message, so it is kept. */
export function dayKey(seconds) {
  const key = `${Math.floor(Number(seconds) / QUARTER)} ${book.tz}`;
  if (keys.size > 10_000) keys.clear();
  if (!keys.has(key)) keys.set(key, keyOf(seconds));
  return keys.get(key);
}

/** "Monday 23 November 2026, 09:00" */
export const full = (seconds) => `${dayWithYear(seconds).replace(",", "")}, ${clock(seconds)}`;

/** "Today", "Yesterday", or the day's name and date. */
export function dayName(seconds) {
  const now = workspaceNow() / 1000;
  const key = dayKey(seconds);
  if (key === dayKey(now)) return "Today";
  if (key === dayKey(now - 86400)) return "Yesterday";
  return yearOf(seconds) === yearOf(now) ? dayOfYear(seconds) : dayWithYear(seconds);
}

/** "09:00" for today, "3 Mar, 09:00" for other days. */
export function briefly(seconds) {
  return dayKey(seconds) === dayKey(workspaceNow() / 1000) ? clock(seconds) : `${shortDay(seconds)}, ${clock(seconds)}`;
}

// Moments (seconds since 1970) in the reader's time zone, in the words that Slack uses.
import { book } from "./text-book.js";

const DAY = 86_400;

/** A moment by the parts of Intl.DateTimeFormat; empty for what is no moment. */
export function moment(seconds, parts) {
  const when = new Date(Number(seconds) * 1000);
  if (Number.isNaN(when.getTime())) return "";
  return format(parts).format(when);
}

// A person's time zone may be one that this browser does not know.
function format(parts) {
  try {
    return new Intl.DateTimeFormat("en-US", { ...parts, timeZone: parts.timeZone ?? book.tz });
  } catch {
    return new Intl.DateTimeFormat("en-US", { ...parts, timeZone: undefined });
  }
}

/** 18:39 */
export const clock = (seconds) => moment(seconds, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** Today, Yesterday, or Tuesday, November 24th; with the year when it is another one. */
export function day(seconds) {
  const near = nearby(seconds);
  return near ? near[0].toUpperCase() + near.slice(1) : longDay(seconds, year(seconds) !== year(book.now()));
}

const year = (seconds) => moment(seconds, { year: "numeric" });
const isoDay = (seconds) => zoned(seconds).slice(0, 10);

function nearby(seconds) {
  const that = Date.parse(isoDay(seconds));
  const today = Date.parse(isoDay(book.now()));
  return { [-DAY]: "yesterday", 0: "today", [DAY]: "tomorrow" }[(that - today) / 1000];
}

function ordinal(seconds) {
  const number = Number(moment(seconds, { day: "numeric" }));
  const ending = number % 100 >= 11 && number % 100 <= 13 ? "th" : (["th", "st", "nd", "rd"][number % 10] ?? "th");
  return `${number}${ending}`;
}

const monthDay = (seconds) => `${moment(seconds, { month: "long" })} ${ordinal(seconds)}`;
const longDay = (seconds, withYear) => `${moment(seconds, { weekday: "long" })}, ${monthDay(seconds)}${withYear ? `, ${year(seconds)}` : ""}`;

/** 3 minutes ago, in 2 days */
export function ago(seconds) {
  const gap = seconds - book.now();
  const [size, unit] = [[365 * DAY, "year"], [30 * DAY, "month"], [DAY, "day"], [3600, "hour"], [60, "minute"], [1, "second"]].find(([least]) => Math.abs(gap) >= least) ?? [1, "second"];
  return new Intl.RelativeTimeFormat("en-US", { numeric: "always" }).format(Math.trunc(gap / size), unit);
}

const date = (seconds) => `${monthDay(seconds)}, ${year(seconds)}`;
const short = (seconds) => moment(seconds, { month: "short", day: "numeric", year: "numeric" });
const long = (seconds) => longDay(seconds, true);
const pretty = (shown) => (seconds) => nearby(seconds) ?? shown(seconds);

// https://docs.slack.dev/messaging/formatting-message-text#date-formatting and the date element of rich text
const TOKENS = {
  date_num: isoDay,
  date_slash: (seconds) => moment(seconds, { day: "2-digit" }) + moment(seconds, { month: "2-digit" }).replace(/^/, "/") + `/${year(seconds)}`,
  date,
  date_short: short,
  date_long: long,
  date_long_full: (seconds) => moment(seconds, { month: "long", day: "numeric", year: "numeric" }),
  date_pretty: pretty(date),
  date_short_pretty: pretty(short),
  date_long_pretty: pretty(long),
  day_divider_pretty: pretty((seconds) => longDay(seconds, year(seconds) !== year(book.now()))),
  time: clock,
  time_secs: (seconds) => moment(seconds, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }),
  ago,
};

/** The text of a date format such as `Due {date_short_pretty} at {time}`; null when the moment is none. */
export function dateText(seconds, template) {
  if (!Number.isFinite(seconds) || !zoned(seconds)) return null;
  return String(template).replace(/\{(\w+)\}/g, (whole, name, at) => {
    if (!Object.hasOwn(TOKENS, name)) return whole;
    const shown = TOKENS[name](seconds);
    return at === 0 ? shown[0].toUpperCase() + shown.slice(1) : shown;
  });
}

/** `2026-11-25T09:30` on the reader's clock: what an input of type datetime-local shows. */
export function zoned(seconds) {
  const text = moment(seconds, { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const [, month, dayOf, yearOf, time] = /^(\d+)\/(\d+)\/(\d+), ([\d:]+)$/.exec(text) ?? [];
  return month ? `${yearOf.padStart(4, "0")}-${month}-${dayOf}T${time}` : "";
}

/** The moment of `2026-11-25T09:30` on the reader's clock; null when it is none. */
export function fromZoned(text) {
  const wanted = Date.parse(`${text}Z`) / 1000;
  if (!Number.isFinite(wanted)) return null;
  // The zone's distance from UTC is known only at a moment, so the guess is corrected; twice, for the days when clocks change.
  let guess = wanted;
  for (let round = 0; round < 2; round += 1) guess += wanted - Date.parse(`${zoned(guess)}Z`) / 1000;
  return guess;
}

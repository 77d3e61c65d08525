// Emoji by Slack's names: `:tada:`, `:+1:`, `:wave::skin-tone-3:`. An entry is {name, char, names, toned}.
import { GROUPS } from "./emoji-data.js";

const TONES = ["🏻", "🏼", "🏽", "🏾", "🏿"];
const COMMON = ["thumbsup", "white_check_mark", "eyes", "heart", "tada", "pray", "joy", "fire", "raised_hands", "thinking_face", "wave", "rocket"];

const groups = [];
const byName = new Map();
for (const [label, line] of Object.entries(GROUPS)) {
  const items = line.split("|").map(entry);
  groups.push({ name: label, items });
}

function entry(text) {
  const gap = text.indexOf(" ");
  const rest = text.slice(gap + 1);
  const toned = rest.startsWith("*");
  const names = rest.slice(toned ? 1 : 0).split(" ");
  const made = { name: names[0], char: text.slice(0, gap), names, toned };
  for (const name of names) byName.set(name, made);
  return made;
}

/** All of them as Unicode groups them: [{name, items: [{name, char, names}]}]. */
export function emojiGroups() {
  return groups;
}

/** The characters of `tada`, `+1`, `wave::skin-tone-3` or `skin-tone-3`; null when no emoji has the name. */
export function emojiChar(name) {
  const [, base, tone] = /^:?([^:]+)(?:::skin-tone-([2-6]))?:?$/.exec(String(name)) ?? [];
  const alone = /^skin-tone-([2-6])$/.exec(base ?? "");
  if (alone) return TONES[alone[1] - 2];
  const found = byName.get(base);
  if (!found) return null;
  return tone && found.toned ? withTone(found.char, TONES[tone - 2]) : found.char;
}

// The tone stands after the first character and takes the place of the sign that asks for colours.
function withTone(char, tone) {
  const points = [...char];
  return points[0] + tone + points.slice(points[1] === "\uFE0F" ? 2 : 1).join("");
}

/** Emoji whose names begin with the text, then those that have it within: [{name, char}]; the usual ones for an empty text. */
export function searchEmoji(prefix, limit = 8) {
  const wanted = String(prefix ?? "").replace(/^:/, "").toLowerCase();
  if (!wanted) return COMMON.slice(0, limit).map((name) => ({ name, char: emojiChar(name) }));
  const first = [];
  const later = [];
  for (const [name, { char }] of byName) {
    if (name.startsWith(wanted)) first.push({ name, char });
    else if (name.includes(wanted)) later.push({ name, char });
  }
  first.sort((a, b) => rank(a.name) - rank(b.name) || a.name.length - b.name.length);
  return unique([...first, ...later]).slice(0, limit);
}

const rank = (name) => (COMMON.includes(name) ? 0 : 1);

// Two names of one emoji would be two equal rows.
function unique(found) {
  const seen = new Set();
  return found.filter(({ char }) => !seen.has(char) && seen.add(char));
}

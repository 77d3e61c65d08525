// Makes ../emoji-data.js of npm's emoji-datasource: `node vendor/emoji.mjs PATH/emoji.json > emoji-data.js`.
// One line a category, entries set apart by a bar: characters, then names; a star says that skin tones apply.
import { readFileSync } from "node:fs";

const TONES = ["1F3FB", "1F3FC", "1F3FD", "1F3FE", "1F3FF"];
const chars = (unified) => String.fromCodePoint(...unified.split("-").map((code) => parseInt(code, 16)));

// What the page does to tone an emoji; one that has another form is left without the star.
function toned(base, tone) {
  const points = [...base];
  return points[0] + tone + points.slice(points[1] === "\uFE0F" ? 2 : 1).join("");
}

const tones = (entry) => TONES.every((tone) => entry.skin_variations?.[tone] && toned(chars(entry.unified), chars(tone)) === chars(entry.skin_variations[tone].unified));
const groups = new Map();
for (const entry of JSON.parse(readFileSync(process.argv[2], "utf8")).sort((a, b) => a.sort_order - b.sort_order)) {
  if (entry.category === "Component") continue;
  const line = `${chars(entry.unified)} ${tones(entry) ? "*" : ""}${[...new Set([entry.short_name, ...entry.short_names])].join(" ")}`;
  groups.set(entry.category, [...(groups.get(entry.category) ?? []), line]);
}
console.log("// Made by vendor/emoji.mjs from emoji-datasource (MIT); see vendor/VENDORED.md.");
console.log("export const GROUPS = {");
for (const [name, lines] of groups) console.log(`  ${JSON.stringify(name)}: ${JSON.stringify(lines.join("|"))},`);
console.log("};");

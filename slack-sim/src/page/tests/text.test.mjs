// `node --test slack-sim/src/page/tests/`: what needs no browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { emojiChar, searchEmoji } from "../emoji.js";
import { book } from "../text-book.js";
import { inline, parse } from "../text-mrkdwn.js";
import { dateText, day, fromZoned, zoned } from "../text-time.js";

const bold = (...children) => ({ kind: "bold", children });

test("styles stand at the edges of words", () => {
  assert.deepEqual(inline("a *b _c_* d"), ["a ", bold("b ", { kind: "italic", children: ["c"] }), " d"]);
  for (const text of ["2*3*4", "snake_case_name", "* a *", "**a**", "*a", "~ ~", "`"]) assert.deepEqual(inline(text), [text]);
  assert.deepEqual(inline("(*a*)"), ["(", bold("a"), ")"]);
  assert.deepEqual(inline("*<@U1>*"), [bold({ kind: "user", id: "U1", label: undefined })]);
  assert.deepEqual(inline("`*a*`"), [{ kind: "code", text: "*a*" }]);
});

test("entities are unescaped once", () => {
  assert.deepEqual(inline("&amp;lt; &lt;b&gt;"), ["&lt; <b>"]);
  assert.deepEqual(inline("<https://a.example/?a=1&amp;b=2|a &lt; b>"), [{ kind: "link", url: "https://a.example/?a=1&b=2", label: "a < b" }]);
});

test("controls, emoji and bare links", () => {
  assert.deepEqual(inline("<!subteam^S1|@help> <!here>")[0], { kind: "group", id: "S1", label: "@help" });
  assert.deepEqual(inline(":wave::skin-tone-3: :nothing:"), [{ kind: "emoji", name: "wave::skin-tone-3" }, " :nothing:"]);
  assert.deepEqual(inline("see https://a.example/x."), ["see ", { kind: "link", url: "https://a.example/x" }, "."]);
  const [date] = inline("<!date^1764064800^{date} at {time}^https://a.example/|soon>");
  assert.deepEqual(date, { kind: "date", seconds: 1764064800, format: "{date} at {time}", url: "https://a.example/", fallback: "soon" });
});

test("quotes and code", () => {
  assert.deepEqual(parse("a\n&gt; b\n&gt;c\nd").map((block) => block.kind), ["lines", "quote", "lines"]);
  assert.deepEqual(parse("a\n&gt;&gt;&gt;b\nc")[1].blocks[0].lines, [["b"], ["c"]]);
  assert.deepEqual(parse("```\na *b*\n```"), [{ kind: "pre", text: "a *b*" }]);
  assert.deepEqual(parse("``` a"), [{ kind: "lines", lines: [["``` a"]] }]);
  assert.deepEqual(parse("```>>>```"), [{ kind: "pre", text: ">>>" }]);
});

test("long texts take no long time", () => {
  const started = performance.now();
  for (const part of ["*a ", "_a*b~", "`", "<", ":a", "> ", "https://", "```"]) parse(part.repeat(12_000));
  assert.ok(performance.now() - started < 2_000);
});

test("dates in the reader's zone", () => {
  book.tz = "Europe/Berlin";
  book.now = () => Date.UTC(2026, 10, 25, 12) / 1000;
  const noon = book.now();
  assert.equal(dateText(noon, "{date_num} {time} {date_slash}"), "2026-11-25 13:00 25/11/2026");
  assert.equal(dateText(noon, "{date_short}, {date_long}"), "Nov 25, 2026, Wednesday, November 25th, 2026");
  assert.equal(dateText(noon - 86_400, "{date_pretty} {ago}"), "Yesterday 1 day ago");
  assert.equal(dateText(NaN, "{date}"), null);
  assert.equal(dateText(1e15, "{date}"), null);
  assert.equal(day(noon - 5 * 86_400), "Friday, November 20th");
  assert.equal(fromZoned("2026-11-25T13:00"), noon);
  for (const text of ["2026-03-29T03:30", "2026-10-25T01:30", "2026-10-25T04:00"]) assert.equal(zoned(fromZoned(text)), text);
});

test("emoji by name", () => {
  assert.equal(emojiChar("tada"), "🎉");
  assert.equal(emojiChar("+1"), emojiChar("thumbsup"));
  assert.equal(emojiChar("wave::skin-tone-6"), "👋🏿");
  assert.equal(emojiChar("constructor"), null);
  assert.equal(searchEmoji("tad", 3)[0].name, "tada");
  assert.equal(searchEmoji("", 5).length, 5);
});

test("markup is text", () => {
  assert.deepEqual(inline("<img src=x onerror=alert(1)> <b>"), ["<img src=x onerror=alert(1)> <b>"]);
});

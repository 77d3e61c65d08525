// What the blocks rely on and what needs no browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { scale, seriesOf, slicesOf, tickText } from "../kit-chart-sums.js";
import { readInline, readMarkdown } from "../kit-markdown-read.js";
import { richOf, typedOf } from "../kit-rich-make.js";
import { initialValues } from "../kit-values.js";
import { book } from "../text-book.js";

test("markdown blocks", () => {
  const kinds = (text) => readMarkdown(text).map(({ kind }) => kind);
  assert.deepEqual(kinds("# a\nb\n- c\n\n> d\n```\ne\n```\n---\n| f |\n|---|\n| g |"), ["heading", "paragraph", "list", "quote", "code", "rule", "table"]);
  const [list] = readMarkdown("1. a\n   - [x] b\n\n   c\n2. d");
  assert.deepEqual([list.ordered, list.items.length, list.items[0].blocks.map(({ kind }) => kind)], [true, 2, ["paragraph", "list", "paragraph"]]);
  assert.equal(list.items[0].blocks[1].items[0].checked, true);
  const [table] = readMarkdown("| a | b |\n|:-:|--:|\n| 1 | 2\\|3 |");
  assert.deepEqual([table.aligns, table.rows[0]], [["center", "right"], [["1"], ["2|3"]]]);
});

test("markdown within a line", () => {
  assert.deepEqual(readInline("**a *b* c**"), [{ kind: "bold", children: ["a ", { kind: "italic", children: ["b"] }, " c"] }]);
  for (const text of ["snake_case_name", "2 * 3 * 4", "**a", "<b>x</b>", "~a~"]) assert.equal(readInline(text).join(""), text);
  assert.deepEqual(readInline("[a](https://a.example/b_(c))"), [{ kind: "link", url: "https://a.example/b_(c)", children: ["a"] }]);
  assert.deepEqual(readInline("\\*a\\* `*b*`"), ["*", "a", "*", " ", { kind: "code", text: "*b*" }]);
});

test("long markdown takes no long time", () => {
  const started = performance.now();
  for (const part of ["*a ", "**a**", "_a*b~~", "`", "[a](", "<", "![", "```\n", "> ", "- ", "| |\n", "  - a\n", "[[", "]("]) readMarkdown(part.repeat(4_000));
  assert.ok(performance.now() - started < 3_000);
});

test("typed text becomes rich text and can be typed on", () => {
  book.people.set("U1", { id: "U1", name: "lee" });
  const rich = richOf("Hi *you* @lee <b>\n- one\n- two\n> said");
  assert.deepEqual(rich.elements.map(({ type }) => type), ["rich_text_section", "rich_text_list", "rich_text_quote"]);
  assert.deepEqual(rich.elements[0].elements, [{ type: "text", text: "Hi " }, { type: "text", text: "you", style: { bold: true } }, { type: "text", text: " " }, { type: "user", user_id: "U1" }, { type: "text", text: " <b>" }]);
  assert.equal(typedOf(rich), "Hi *you* @lee <b>\n- one\n- two\n> said");
  assert.equal(richOf(" \n"), null);
});

test("axes have round steps", () => {
  assert.deepEqual(scale([3, 51], 4).ticks, [0, 20, 40, 60]);
  assert.deepEqual(scale([-12, 7], 4).ticks, [-15, -10, -5, 0, 5, 10]);
  assert.deepEqual(scale([0.1, 0.3], 4).ticks, [0, 0.1, 0.2, 0.3]);
  assert.deepEqual(scale([0], 4).ticks.at(-1), 1);
  assert.equal(tickText(19_100), "19.1K");
});

test("figures of charts", () => {
  const data = seriesOf({ series: [{ name: "a", data: [{ label: "x", value: 1 }] }], axis_config: { categories: ["x", "y"] } });
  assert.deepEqual(data.series, [{ name: "a", values: [1, null] }]);
  assert.equal(seriesOf({ series: "x" }), null);
  assert.deepEqual(slicesOf({ segments: [{ label: "a", value: 1 }, { label: "b", value: -1 }, { label: "c", value: 3 }] }).map(({ from, to }) => [from, to]), [[0, 0.25], [0.25, 1]]);
});

test("values that elements begin with", () => {
  const option = { text: { type: "plain_text", text: "A" }, value: "a" };
  const blocks = [
    null,
    { type: "section", block_id: "s", accessory: { type: "multi_static_select", action_id: "m", initial_options: [option] } },
    { type: "container", child_blocks: [{ type: "input", block_id: "i", element: { type: "plain_text_input", action_id: "t", initial_value: "x" } }] },
    { type: "input", block_id: "n", element: { type: "datepicker", action_id: "d" } },
  ];
  assert.deepEqual(initialValues(blocks), { s: { m: ["a"] }, i: { t: "x" } });
  assert.deepEqual(initialValues("x"), {});
});

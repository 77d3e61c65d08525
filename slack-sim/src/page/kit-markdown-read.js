// Standard markdown, as the markdown block takes it, read into plain objects. Markup of HTML is text here.
//
// Blocks: {kind: "heading", level, children}, {kind: "paragraph", lines}, {kind: "code", text, language}, {kind: "quote", blocks},
// {kind: "list", ordered, start, items: [{checked?: boolean, blocks}]}, {kind: "table", aligns, head, rows}, {kind: "rule"}.
// Inline: a string, {kind: "bold"|"italic"|"strike", children}, {kind: "code", text}, {kind: "link", url, children}, {kind: "image", url, alt},
// {kind: "break"}.

/** Deeper than anybody reads, and shallow enough for every stack. */
const DEEPEST = 12;

export function readMarkdown(text) {
  return blocks(String(text ?? "").replaceAll("\r\n", "\n").replaceAll("\t", "    ").split("\n"), 0);
}

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^`\s]*)/;
const HEADING = /^ {0,3}(#{1,6})(?:\s+(.*?))?(?:\s+#+)?\s*$/;
const RULE = /^ {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$/;
const QUOTE = /^ {0,3}> ?(.*)$/;
const POINT = /^( *)([-*+]|(\d{1,9})[.)])(?: +(.*)|$)/;
const BARS = /^ *\|?(?: *:?-+:? *\|)+(?: *:?-+:? *)?$/;

function blocks(lines, depth) {
  const out = [];
  for (let at = 0; at < lines.length; ) {
    const [block, next] = blockAt(lines, at, depth);
    if (block) out.push(block);
    at = next;
  }
  return out;
}

/** The block that begins here, and the line after it. */
function blockAt(lines, at, depth) {
  const line = lines[at];
  if (!line.trim()) return [null, at + 1];
  const heading = HEADING.exec(line);
  if (heading) return [{ kind: "heading", level: heading[1].length, children: readInline(heading[2] ?? "") }, at + 1];
  if (FENCE.test(line)) return fence(lines, at);
  if (RULE.test(line)) return [{ kind: "rule" }, at + 1];
  if (depth < DEEPEST && QUOTE.test(line)) return quote(lines, at, depth);
  if (depth < DEEPEST && POINT.test(line)) return list(lines, at, depth);
  if (line.includes("|") && BARS.test(lines[at + 1] ?? "")) return table(lines, at);
  return paragraph(lines, at, depth);
}

function fence(lines, at) {
  const [, sign, language] = FENCE.exec(lines[at]);
  let end = at + 1;
  while (end < lines.length && !(lines[end].trim().startsWith(sign) && !lines[end].trim().replaceAll(sign[0], ""))) end += 1;
  return [{ kind: "code", language, text: lines.slice(at + 1, end).join("\n") }, end + 1];
}

function quote(lines, at, depth) {
  let end = at;
  while (end < lines.length && QUOTE.test(lines[end])) end += 1;
  return [{ kind: "quote", blocks: blocks(lines.slice(at, end).map((line) => QUOTE.exec(line)[1]), depth + 1) }, end];
}

function list(lines, at, depth) {
  const [, blanks, sign, number] = POINT.exec(lines[at]);
  const ordered = number !== undefined;
  const items = [];
  let end = at;
  while (end < lines.length) {
    const point = POINT.exec(lines[end]);
    if (!point || point[1].length > blanks.length + 1 || (point[3] !== undefined) !== ordered || (RULE.test(lines[end]) && !ordered)) break;
    const [item, next] = listItem(lines, end, point, depth);
    items.push(item);
    end = next;
  }
  return [{ kind: "list", ordered, start: ordered ? Number(number) : 1, items, sign }, end];
}

/** A point's own line and all that is set in below it; one blank line may stand within. */
function listItem(lines, at, [, blanks, sign, , first = ""], depth) {
  const inner = blanks.length + 2;
  let end = at + 1;
  const taken = [first];
  for (; end < lines.length; end += 1) {
    const line = lines[end];
    const set = line.length - line.trimStart().length;
    const blank = !line.trim();
    if (blank && !(lines[end + 1]?.trim() && indentOf(lines[end + 1]) >= inner)) break;
    if (!blank && set < inner && (POINT.test(line) || startsBlock(line) || !lines[end - 1].trim())) break;
    taken.push(blank ? "" : line.slice(Math.min(set, blanks.length + sign.length + 1)));
  }
  // A blank line between two points does not end the list.
  if (!lines[end]?.trim() && POINT.test(lines[end + 1] ?? "") && indentOf(lines[end + 1]) <= blanks.length + 1) end += 1;
  const task = /^\[([ xX])\] +(.*)$/.exec(taken[0]);
  if (task) taken[0] = task[2];
  return [{ checked: task ? task[1] !== " " : undefined, blocks: blocks(taken, depth + 1) }, end];
}

const indentOf = (line) => line.length - line.trimStart().length;
const startsBlock = (line) => HEADING.test(line) || FENCE.test(line) || RULE.test(line) || QUOTE.test(line);

function table(lines, at) {
  const aligns = cells(lines[at + 1]).map((cell) => (/^:-+:$/.test(cell) ? "center" : /-:$/.test(cell) ? "right" : "left"));
  const fit = (line) => aligns.map((_, column) => readInline(cells(line)[column] ?? ""));
  const head = fit(lines[at]);
  let end = at + 2;
  while (end < lines.length && lines[end].trim() && lines[end].includes("|")) end += 1;
  return [{ kind: "table", aligns, head, rows: lines.slice(at + 2, end).map(fit) }, end];
}

const cells = (line) => line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));

function paragraph(lines, at, depth) {
  let end = at + 1;
  while (end < lines.length && lines[end].trim() && !startsBlock(lines[end]) && !(depth < DEEPEST && POINT.test(lines[end]))) end += 1;
  return [{ kind: "paragraph", lines: lines.slice(at, end).map((line) => readInline(line.trim())) }, end];
}

const INLINE = /\\([!-/:-@[-`{-~])|(`+)([^`]|[^`].*?[^`])\2(?!`)|(!?)\[((?:[^\][\\]|\\.)*)\]\(\s*<?([^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)>?(?:\s+"[^"]*")?\s*\)|<((?:https?:\/\/|mailto:)[^\s<>]+)>|(https?:\/\/[^\s<>]*[^\s<>.,;:!?)'"*_~])|<br\s*\/?>/g;

export function readInline(text) {
  const units = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    units.push(...plainUnits(text.slice(last, match.index)), token(match));
    last = match.index + match[0].length;
  }
  units.push(...plainUnits(text.slice(last)));
  return emphasis(units);
}

/** A link within the words of a link is words. */
const unlinked = (nodes) => nodes.flatMap((node) => (node.kind === "link" ? node.children : [node]));

/** Runs of signs apart from words, so that a long word is one step. */
const plainUnits = (text) => text.match(/\*+|_+|~~+|[^*_~]+|~/g) ?? [];

function token([whole, escaped, , code, bang, label, url, angle, bare]) {
  if (escaped) return { kind: "text", text: escaped };
  if (code !== undefined) return { kind: "code", text: /^ .* $/.test(code) ? code.slice(1, -1) : code };
  if (bang) return { kind: "image", url, alt: label };
  if (label !== undefined) return { kind: "link", url, children: label.length < 2_000 ? unlinked(readInline(label)) : [label] };
  if (angle || bare) return { kind: "link", url: angle ?? bare, children: [(angle ?? bare).replace(/^mailto:/i, "")] };
  return { kind: "break" };
}

const STYLE = { "*": ["italic", "bold"], _: ["italic", "bold"], "~": [null, "strike"] };

/** One pass with a stack of openers: no text makes this slow. */
function emphasis(units) {
  const stack = [{ sign: "", out: [] }];
  units.forEach((unit, at) => {
    const sign = typeof unit === "string" && Object.hasOwn(STYLE, unit[0]) && unit.length <= 3 ? unit : "";
    if (!sign) return stack.at(-1).out.push(typeof unit === "object" && unit.kind === "text" ? unit.text : unit);
    const [left, right] = [edge(units[at - 1], -1), edge(units[at + 1], 0)];
    const open = stack.findLastIndex((one) => one.sign === sign);
    if (open > 0 && !/\s|^$/.test(left) && !(sign[0] === "_" && /[\p{L}\p{N}]/u.test(right))) return close(stack, open, sign);
    const opens = !/\s|^$/.test(right) && !(sign[0] === "_" && /[\p{L}\p{N}]/u.test(left)) && stack.length < DEEPEST;
    if (opens && (sign[0] !== "~" || sign.length === 2)) return stack.push({ sign, out: [] });
    stack.at(-1).out.push(sign);
  });
  while (stack.length > 1) {
    const { sign, out } = stack.pop();
    stack.at(-1).out.push(sign, ...out);
  }
  return stack[0].out;
}

function close(stack, open, sign) {
  while (stack.length - 1 > open) {
    const { sign: lost, out } = stack.pop();
    stack.at(-1).out.push(lost, ...out);
  }
  const { out } = stack.pop();
  const [single, double] = STYLE[sign[0]];
  const inner = sign.length === 3 ? [{ kind: single ?? double, children: out }] : out;
  stack.at(-1).out.push({ kind: sign.length === 1 ? single : double, children: inner });
}

const edge = (unit, at) => (typeof unit === "string" ? (unit.at(at) ?? "") : unit ? "x" : "");

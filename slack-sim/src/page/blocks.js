// Block Kit as nodes of the page: what is known is drawn, what is not says so.
import { el, mrkdwn, textObject, plainText, link, mention, channelLink, date, emoji } from "/text.js";

const DRAW = {
  header: (block) => el("h3", { class: "b-header" }, textObject(block.text)),
  divider: () => el("hr"),
  section: (block) =>
    el(
      "div",
      { class: "b-section" },
      el(
        "div",
        { class: "b-body" },
        block.text && el("div", {}, textObject(block.text)),
        block.fields && el("div", { class: "b-fields" }, block.fields.map((field) => el("div", {}, textObject(field)))),
      ),
      block.accessory && element(block.accessory),
    ),
  context: (block) => el("div", { class: "b-context" }, (block.elements ?? []).map((item) => (item.type === "image" ? image(item) : el("span", {}, textObject(item))))),
  actions: (block) => el("div", { class: "b-actions" }, (block.elements ?? []).map(element)),
  context_actions: (block) => el("div", { class: "b-actions" }, (block.elements ?? []).map(element)),
  image: (block) => el("figure", { class: "b-image" }, block.title && el("figcaption", {}, textObject(block.title)), image(block)),
  markdown: (block) => el("div", { class: "b-section" }, el("div", { class: "b-body" }, mrkdwn(String(block.text ?? "").replace(/\*\*/g, "*")))),
  rich_text: (block) => el("div", { class: "b-rich" }, (block.elements ?? []).map(richPart)),
  table: (block) =>
    el("table", {}, (block.rows ?? []).map((row) => el("tr", {}, row.map((cell) => el("td", {}, cell.type === "rich_text" ? DRAW.rich_text(cell) : plainText(cell.text ?? "")))))),
};

export function blocks(list) {
  return list.map((block) => {
    const draw = Object.hasOwn(DRAW, block?.type) ? DRAW[block.type] : null;
    return draw ? draw(block) : unknown(`A block of type ${block?.type} is not drawn here.`);
  });
}

function unknown(sentence) {
  return el("div", { class: "b-unknown" }, sentence);
}

// The page loads nothing from elsewhere, so a picture is its description.
function image(block) {
  return el("span", { class: "b-picture" }, `🖼 ${block.alt_text ?? "image"}`);
}

function element(item) {
  const label = item.text?.text ?? item.placeholder?.text ?? item.type;
  if (item.type === "image") return image(item);
  if (item.type === "button" && item.url) return el("span", { class: "button" }, link(item.url, plainText(label)));
  const shown = item.type === "overflow" ? "⋯" : /select|datepicker|timepicker/.test(item.type ?? "") ? `${label} ▾` : label;
  return el("button", { class: `button ${item.style ?? ""}`, type: "button", disabled: true, title: "This cannot be pressed here yet" }, plainText(shown));
}

function richPart(part) {
  const inner = () => (part.elements ?? []).map(richElement);
  switch (part.type) {
    case "rich_text_section":
      return el("div", {}, inner());
    case "rich_text_quote":
      return el("blockquote", {}, inner());
    case "rich_text_preformatted":
      return el("pre", {}, inner());
    case "rich_text_list": {
      const items = (part.elements ?? []).map((item) => el("li", {}, (item.elements ?? []).map(richElement)));
      const list = el(part.style === "ordered" ? "ol" : "ul", part.offset ? { start: part.offset + 1 } : {}, items);
      list.style.marginInlineStart = `${1.4 * (part.indent ?? 0)}em`;
      return list;
    }
    default:
      return unknown(`A part of type ${part.type} is not drawn here.`);
  }
}

const STYLES = [["code", "code"], ["strike", "s"], ["italic", "em"], ["bold", "strong"]];

function richElement(item) {
  let node = richBare(item);
  for (const [style, tag] of STYLES) {
    if (item.style?.[style]) node = el(tag, {}, node);
  }
  return node;
}

function richBare(item) {
  switch (item.type) {
    case "text":
      return plainLines(item.text ?? "");
    case "link":
      return link(item.url ?? "", item.text);
    case "user":
      return mention(item.user_id);
    case "channel":
      return channelLink(item.channel_id);
    case "emoji":
      return emoji(item.name);
    case "broadcast":
      return el("span", { class: "mention loud" }, `@${item.range}`);
    case "usergroup":
      return el("span", { class: "mention" }, "@group");
    case "date":
      return date(Number(item.timestamp), item.format ?? "{date}", item.fallback);
    case "color":
      return item.value ?? "";
    default:
      return `[${item.type}]`;
  }
}

function plainLines(text) {
  return text.split("\n").flatMap((line, at) => (at ? [el("br"), line] : [line]));
}

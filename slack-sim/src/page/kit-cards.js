// Alerts, cards, containers and the blocks about an agent's tasks.
import { html, useEffect, useMemo, useRef, useState } from "./vendor/preact.js";
import { Element } from "./kit-elements.js";
import { Icon } from "./kit-icons.js";
import { Picture } from "./kit-image.js";
import { RichText } from "./kit-rich.js";
import { Note, Text, freshId, isObject, object, objects, string, words } from "./kit-shape.js";
import { Link } from "./text.js";

const LEVELS = {
  default: ["comment", "Note"],
  info: ["info", "Information"],
  success: ["check", "Success"],
  warning: ["warning", "Warning"],
  error: ["error", "Error"],
};

function Alert({ block }) {
  const level = Object.hasOwn(LEVELS, string(block.level)) ? block.level : "default";
  const [icon, meaning] = LEVELS[level];
  if (!words(block.text)) return html`<${Note}>An alert needs a text.<//>`;
  return html`<div class=${`kit-alert kit-alert-${level}`}>
    <${Icon} name=${icon} /><span class="kit-hidden">${meaning}: </span><div><${Text} of=${block.text} /></div>
  </div>`;
}

function Card({ block, id }) {
  const actions = objects(block.actions);
  const icon = isObject(block.icon) ? html`<${Picture} of=${block.icon} class="kit-card-icon" />` : isObject(block.slack_icon) && html`<span class="kit-card-icon kit-card-glyph"><${Icon} name=${string(block.slack_icon.name)} /></span>`;
  const empty = !isObject(block.hero_image) && !words(block.title) && !words(block.body) && !actions.length;
  if (empty) return html`<${Note}>A card needs a title, a text, an image or actions.<//>`;
  return html`<article class="kit-card" aria-label=${words(block.title) || undefined}>
    ${isObject(block.hero_image) && html`<${Picture} of=${block.hero_image} class="kit-hero" />`}
    <div class="kit-card-body">
      ${(icon || words(block.title) || words(block.subtitle)) && html`<div class="kit-card-head">
        ${icon}
        <div class="kit-card-heads">
          ${words(block.title) && html`<div class="kit-card-title"><${Text} of=${block.title} /></div>`}
          ${words(block.subtitle) && html`<div class="kit-soft"><${Text} of=${block.subtitle} /></div>`}
        </div>
      </div>`}
      ${words(block.body) && html`<div class="kit-card-text"><${Text} of=${block.body} /></div>`}
      ${words(block.subtext) && html`<div class="kit-soft"><${Text} of=${block.subtext} /></div>`}
    </div>
    ${actions.length > 0 && html`<div class="kit-card-foot">${actions.map((element, at) => html`<${Element} key=${string(element.action_id) || at} element=${element} block=${id} at=${at} />`)}</div>`}
  </article>`;
}

function Carousel({ block, id }) {
  const track = useRef(null);
  const [ends, setEnds] = useState([true, true]);
  const cards = objects(block.elements);
  const look = () => {
    const { scrollLeft, clientWidth, scrollWidth } = track.current ?? {};
    setEnds([scrollLeft < 4, scrollLeft + clientWidth > scrollWidth - 4]);
  };
  useEffect(() => {
    const watch = new ResizeObserver(look);
    if (track.current) watch.observe(track.current);
    return () => watch.disconnect();
  }, []);
  if (!cards.length) return html`<${Note}>A carousel without cards.<//>`;
  const turn = (way) => () => track.current.scrollBy({ left: way * Math.min(track.current.clientWidth * 0.8, 280), behavior: "smooth" });
  const arrow = (way, label, icon, off) => html`<button type="button" class="kit-icon-button kit-carousel-turn" aria-label=${label} disabled=${off} onclick=${turn(way)}><${Icon} name=${icon} /></button>`;
  return html`<div class="kit-carousel" role="region" aria-roledescription="carousel" aria-label=${`${cards.length} cards`}>
    <div class="kit-carousel-track" ref=${track} tabindex="0" role="group" aria-label="Cards" onscroll=${look}>${cards.map((card, at) => html`<${Card} key=${string(card.block_id) || at} block=${card} id=${string(card.block_id) || id} />`)}</div>
    ${!(ends[0] && ends[1]) && html`<div class="kit-carousel-turns">${arrow(-1, "Earlier cards", "caret-left", ends[0])}${arrow(1, "Further cards", "caret-right", ends[1])}</div>`}
  </div>`;
}

const WIDTHS = ["narrow", "standard", "wide", "full"];

function Container({ block, BlockList }) {
  const folds = block.is_collapsible === true;
  const [open, setOpen] = useState(!(folds && block.default_collapsed === true));
  const body = useMemo(freshId, []);
  const width = WIDTHS.includes(block.width) ? block.width : "standard";
  const title = isObject(block.rich_text_title) ? html`<${RichText} block=${block.rich_text_title} />` : html`<${Text} of=${block.title} />`;
  const head = html`
    ${isObject(block.icon) && html`<${Picture} of=${block.icon} class="kit-card-icon" />`}
    <span class="kit-card-heads">
      <span class="kit-card-title">${title}</span>
      ${words(block.subtitle) && html`<span class="kit-soft"><${Text} of=${block.subtitle} /></span>`}
    </span>
    ${folds && html`<${Icon} name=${open ? "caret-up" : "caret-down"} />`}`;
  const line = folds ? open : block.has_header_divider === true;
  const name = `kit-container-head${line ? " kit-container-line" : ""}`;
  return html`<section class=${`kit-container kit-width-${width}`}>
    ${folds ? html`<button type="button" class=${name} aria-expanded=${String(open)} aria-controls=${body} onclick=${() => setOpen(!open)}>${head}</button>` : html`<div class=${name}>${head}</div>`}
    <div id=${body} class="kit-container-body" hidden=${!open}><${BlockList} blocks=${Array.isArray(block.child_blocks) ? block.child_blocks : []} /></div>
  </section>`;
}

const STATES = {
  pending: ["Pending", ""],
  in_progress: ["In progress", ""],
  complete: ["Complete", "✓"],
  error: ["Failed", "!"],
};

function Task({ block }) {
  const state = Object.hasOwn(STATES, string(block.status)) ? block.status : "pending";
  const sources = objects(block.sources);
  const [meaning, sign] = STATES[state];
  const head = html`<span class=${`kit-task-sign kit-task-${state}`} aria-hidden="true">${sign}</span><span class="kit-task-title" dir="auto">${words(block.title) || "A task"}</span><span class="kit-soft">${meaning}</span>`;
  const more = [isObject(block.details) && html`<${RichText} block=${block.details} />`, isObject(block.output) && html`<div class="kit-task-output"><${RichText} block=${block.output} /></div>`, sources.length > 0 && html`<ul class="kit-sources">${sources.map((source) => html`<li><${Icon} name="link" /> <${Link} url=${string(source.url)}>${string(source.text) || string(source.url)}<//></li>`)}</ul>`].filter(Boolean);
  if (!more.length) return html`<div class="kit-task"><div class="kit-task-head">${head}</div></div>`;
  return html`<details class="kit-task" open=${state !== "complete"}><summary class="kit-task-head">${head}</summary><div class="kit-task-more">${more}</div></details>`;
}

function Plan({ block }) {
  const tasks = objects(block.tasks);
  const done = tasks.filter((task) => task.status === "complete").length;
  return html`<section class="kit-plan">
    <div class="kit-plan-head"><b dir="auto">${words(block.title) || "A plan"}</b><span class="kit-soft">${done} of ${tasks.length} done</span></div>
    <progress class="kit-progress" max=${Math.max(tasks.length, 1)} value=${done} aria-label="Tasks done"></progress>
    <ol class="kit-tasks">${tasks.map((task, at) => html`<li key=${string(task.task_id) || at}><${Task} block=${object(task)} /></li>`)}</ol>
  </section>`;
}

export const CARDS = { alert: Alert, card: Card, carousel: Carousel, container: Container, task_card: ({ block }) => html`<div class="kit-plan"><${Task} block=${block} /></div>`, plan: Plan };

// The blocks that hold text and elements.
import { html, useContext, useMemo, useState } from "./vendor/preact.js";
import { Kit } from "./kit-act.js";
import { Element } from "./kit-elements.js";
import { Icon } from "./kit-icons.js";
import { Picture } from "./kit-image.js";
import { Note, Text, freshId, isObject, object, objects, string, within, words } from "./kit-shape.js";
import { Link } from "./text.js";

/** Where Slack's clients fold a section, roughly. */
const LONG = 700;

function Header({ block }) {
  const level = within(block.level, 1, 4, 2);
  if (!words(block.text)) return html`<${Note}>A header needs a text.<//>`;
  return html`<div class=${`kit-header kit-header-${level}`} role="heading" aria-level=${level + 1}><${Text} of=${block.text} /></div>`;
}

const Divider = () => html`<hr class="kit-divider" />`;

function Section({ block, id }) {
  const fields = objects(block.fields);
  const body = html`<div class="kit-section-body">
    ${words(block.text) && html`<${Folding} of=${block.text} open=${block.expand === true} />`}
    ${fields.length > 0 && html`<div class="kit-fields">${fields.map((field) => html`<div class="kit-field"><${Text} of=${field} /></div>`)}</div>`}
  </div>`;
  if (!words(block.text) && !fields.length) return html`<${Note}>A section needs a text or fields.<//>`;
  const wide = /checkboxes|radio|multi_/.test(string(object(block.accessory).type));
  return html`<div class=${`kit-section${wide ? " kit-section-wide" : ""}`}>
    ${body}${block.accessory !== undefined && block.accessory !== null && html`<div class="kit-accessory"><${Element} element=${block.accessory} block=${id} /></div>`}
  </div>`;
}

function Folding({ of, open }) {
  const long = words(of).length > LONG && !open;
  const [folded, setFolded] = useState(true);
  if (!long) return html`<div><${Text} of=${of} /></div>`;
  return html`<div>
    <div class=${folded ? "kit-folded" : ""}><${Text} of=${of} /></div>
    <button type="button" class="kit-plain" aria-expanded=${String(!folded)} onclick=${() => setFolded(!folded)}>${folded ? "Show more" : "Show less"}</button>
  </div>`;
}

function Context({ block }) {
  const items = objects(block.elements).map((item) => (item.type === "image" ? html`<${Picture} of=${item} class="kit-mini" />` : html`<span class="kit-context-item"><${Text} of=${item} /></span>`));
  return items.length ? html`<div class="kit-context">${items}</div>` : html`<${Note}>A context without elements.<//>`;
}

function Actions({ block, id }) {
  const elements = objects(block.elements);
  if (!elements.length) return html`<${Note}>Actions without elements.<//>`;
  return html`<div class=${block.type === "actions" ? "kit-actions" : "kit-actions kit-context-actions"} role="group" aria-label="Actions">
    ${elements.map((element, at) => html`<div class="kit-action" key=${string(element.action_id) || at}><${Element} element=${element} block=${id} at=${at} /></div>`)}
  </div>`;
}

function Image({ block }) {
  const [shown, setShown] = useState(true);
  const title = words(block.title);
  return html`<figure class="kit-figure">
    ${title && html`<figcaption>
      <button type="button" class="kit-plain kit-fold" aria-expanded=${String(shown)} onclick=${() => setShown(!shown)}><${Text} of=${block.title} /><${Icon} name=${shown ? "caret-down" : "caret-right"} /></button>
    </figcaption>`}
    ${shown && html`<${Picture} of=${block} />`}
  </figure>`;
}

function Video({ block }) {
  const thumbnail = { image_url: block.thumbnail_url, alt_text: string(block.alt_text) };
  const by = [string(block.author_name), string(block.provider_name)].filter(Boolean).join(" · ");
  return html`<div class="kit-card kit-video">
    <div class="kit-video-frame"><${Picture} of=${thumbnail} class="kit-hero" /><span class="kit-video-play"><${Icon} name="play" /></span></div>
    <div class="kit-card-body">
      <div class="kit-card-title"><${Link} url=${string(block.title_url) || string(block.video_url)}><${Text} of=${block.title} /><//></div>
      ${by && html`<div class="kit-soft" dir="auto">${by}</div>`}
      ${words(block.description) && html`<div class="kit-card-text"><${Text} of=${block.description} /></div>`}
    </div>
  </div>`;
}

function File({ block }) {
  const file = object(block.file);
  const name = string(file.title) || string(file.name) || string(block.external_id) || "A file";
  return html`<div class="kit-file">
    <span class="kit-file-icon"><${Icon} name="file" /></span>
    <span class="kit-file-words"><b dir="auto">${name}</b><span class="kit-soft">${string(block.source) === "remote" ? "Remote file" : "File"}</span></span>
  </div>`;
}

function Input({ block, id }) {
  const { errors } = useContext(Kit);
  const ids = useMemo(() => ({ label: freshId(), hint: freshId(), error: freshId() }), []);
  const error = string(object(errors)[id]);
  const hint = words(block.hint);
  const input = {
    optional: block.optional === true,
    acts: block.dispatch_action === true,
    labelId: ids.label,
    describedBy: [hint && ids.hint, error && ids.error].filter(Boolean).join(" ") || undefined,
    invalid: Boolean(error),
  };
  if (!isObject(block.element)) return html`<${Note}>An input block needs an element.<//>`;
  return html`<div class=${`kit-input${error ? " kit-invalid" : ""}`}>
    <div class="kit-label" id=${ids.label}><${Text} of=${block.label} />${input.optional && html`<span class="kit-soft"> (optional)</span>`}</div>
    <${Element} element=${block.element} block=${id} input=${input} />
    ${error && html`<div class="kit-error" id=${ids.error} role="alert"><${Icon} name="warning" /> <span dir="auto">${error}</span></div>`}
    ${hint && html`<div class="kit-hint" id=${ids.hint}><${Text} of=${block.hint} /></div>`}
  </div>`;
}

export const BASIC = {
  header: Header,
  divider: Divider,
  section: Section,
  context: Context,
  actions: Actions,
  context_actions: Actions,
  image: Image,
  video: Video,
  file: File,
  input: Input,
};

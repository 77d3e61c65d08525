// Every block and element that is simulated, with its name in JSON, to look at and to try.
import { html, render, useState } from "./vendor/preact.js";
import { ERRORS, SAMPLES } from "./gallery-samples.js";
import { Blocks, initialValues } from "./kit.js";
import { book } from "./text.js";

const OPTIONS = ["Amber", "Birch", "Cedar", "Dogwood", "Elm"].map((text) => ({ text: { type: "plain_text", text }, value: text.toLowerCase() }));
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

Object.assign(book, {
  people: new Map([["U01", "lee", "Lee Park"], ["U02", "dana", "Dana Weiss"], ["U03", "sam", "Sam Okafor"], ["U09", "allears", "All Ears"]].map(([id, name, real_name]) => [id, { id, name, real_name, is_bot: id === "U09" }])),
  channels: new Map([["C01", "sales"], ["C02", "product"], ["C03", "leads"]].map(([id, name]) => [id, { id, name, is_private: id === "C03" }])),
  tz: "Europe/Berlin",
  // Always the same afternoon, so that two pictures of this page can be compared.
  now: () => 1795615200,
  open: (...place) => console.info("open", ...place),
});

function Sample({ name, blocks, surface = "message", tell }) {
  const [values, setValues] = useState(() => initialValues(blocks));
  const [json, setJson] = useState(false);
  const onChange = (block, action, value) => setValues((before) => ({ ...before, [block]: { ...before[block], [action]: value } }));
  const onAction = async (action) => {
    tell(action);
    await pause(400);
    return action.action_id === "fail" ? { ok: false, error: "operation_timeout", message: "The app did not respond." } : { ok: true };
  };
  const onSuggest = async ({ value }) => {
    await pause(300);
    return { ok: true, options: OPTIONS.filter(({ text }) => text.text.toLowerCase().includes(value.toLowerCase())) };
  };
  return html`<section class="sample" id=${idOf(name)}>
    <h3>${name}<button type="button" class="kit-plain" aria-expanded=${String(json)} onclick=${() => setJson(!json)}>${json ? "Hide JSON" : "Show JSON"}</button></h3>
    <div class="stage"><${Blocks} ...${{ blocks, surface, values, errors: surface === "modal" ? ERRORS : {}, onChange, onAction, onSuggest }} /></div>
    ${json && html`<pre class="json">${JSON.stringify(blocks, null, 2)}</pre>`}
  </section>`;
}

const idOf = (name) => name.replace(/[^a-z_]+/gi, "-");

function Switch() {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme ?? "");
  const turn = (next) => {
    if (next) document.documentElement.dataset.theme = next;
    else delete document.documentElement.dataset.theme;
    setTheme(next);
  };
  return html`<label class="switch kit-soft">Colours <select value=${theme} onchange=${(event) => turn(event.target.value)}><option value="">as the system</option><option value="light">light</option><option value="dark">dark</option></select></label>`;
}

function Gallery() {
  const [last, setLast] = useState("");
  const tell = (action) => setLast(`block_actions ${JSON.stringify(action)}`);
  return html`
    <header><h1>Block Kit gallery</h1><${Switch} /><p>Each block and element that this workspace draws. Pressing and choosing works; what the app would be told stands below.</p></header>
    <nav aria-label="Samples">${SAMPLES.map(([part, samples]) => html`<h2>${part}</h2>${samples.map(([name]) => html`<a href=${`#${idOf(name)}`}>${name}</a>`)}`)}</nav>
    <div>${SAMPLES.map(([part, samples]) => html`<div class="part"><h2>${part}</h2>${samples.map(([name, blocks, surface]) => html`<${Sample} ...${{ name, blocks, surface, tell }} />`)}</div>`)}</div>
    <div class="last" role="status">${last}</div>`;
}

render(html`<${Gallery} />`, document.getElementById("gallery"));
document.documentElement.dataset.ready = "true";

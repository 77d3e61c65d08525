// The page begins here: what it is made of, its keys, and its first look at the workspace.
import { html, render } from "/vendor/preact.js";
import { book } from "/text.js";
import { state, set, useStore, visible, workspaceNow } from "/store.js";
import { keepTime, listen } from "/live.js";
import { Main } from "/main.js";
import { Modals } from "/modals.js";
import { Connection, Heard, Over, Toasts } from "/over.js";
import { closeTop } from "/overlay.js";
import { Pane } from "/panes.js";
import { choose, loadCompany, look, recall } from "/place.js";
import { begin } from "/reads.js";
import { Side } from "/side.js";
import { recallTheme } from "/theme.js";
import { Wire } from "/wire.js";

const AGAIN_MS = 1500;

function App() {
  const pane = useStore((now) => Boolean(now.pane));
  const wire = useStore((now) => now.wireOpen);
  const ready = useStore((now) => now.ready);
  if (!ready) return html`<${Connection} />`;
  return html`
    <${Connection} />
    <div class=${`frame${pane ? " with-pane" : ""}${wire ? " with-wire" : ""}`}><${Side} /><${Main} /><${Pane} /><${Wire} /></div>
    <${Modals} /><${Over} /><${Toasts} /><${Heard} />
  `;
}

function keys(event) {
  const chord = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (chord && event.key.toLowerCase() === "k") {
    event.preventDefault();
    set({ over: state.over ? null : { kind: "switcher" } });
  } else if (event.key === "Escape" && !event.defaultPrevented && closeTop()) {
    event.preventDefault();
  } else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  }
}

/** The next channel down or up the list. */
function step(by) {
  const ids = state.channels.filter((one) => !one.is_im && visible(one)).map((one) => one.id);
  if (ids.length) choose(ids[(Math.max(ids.indexOf(state.place), 0) + by + ids.length) % ids.length]);
}

/** The first look; a workspace that is not there yet is waited for. */
async function start() {
  try {
    await loadCompany();
  } catch {
    set({ connected: false });
    setTimeout(start, AGAIN_MS);
    return;
  }
  recall();
  begin();
  set({ ready: true, connected: true });
  listen();
  keepTime();
  await look();
}

book.open = choose;
book.now = () => workspaceNow() / 1000;
document.addEventListener("keydown", keys);
recallTheme();
render(html`<${App} />`, document.getElementById("app"));
await start();

// The app's modals: a stack of up to three, of which the topmost is worked in.
import { html, useEffect, useRef, useState } from "/vendor/preact.js";
import { Blocks, initialValues } from "/kit.js";
import { useStore, appName } from "/store.js";
import { Avatar, appWho } from "/avatar.js";
import { Icon } from "/icons.js";
import { useFocusTrap, useLayer } from "/overlay.js";
import { loadViews } from "/place.js";
import { closeView, press, submit, suggest } from "/acts.js";

/** view id -> what was typed in it; kept when the app updates the view, and while another lies above it. */
const typed = new Map();

/** What a view holds: what its inputs begin with, and what was typed since in those that are still there. */
function held(view) {
  const values = initialValues(view.blocks ?? []);
  for (const [block, actions] of Object.entries(typed.get(view.id) ?? {})) values[block] = { ...values[block], ...actions };
  return values;
}

export function Modals() {
  const modals = useStore((now) => now.views.modals);
  const ids = modals.map((view) => view.id);
  useEffect(() => {
    for (const id of [...typed.keys()]) if (!ids.includes(id)) typed.delete(id);
  }, [ids.join(" ")]);
  if (!modals.length) return null;
  const top = modals.at(-1);
  return html`
    <div class="veil">
      ${modals.slice(0, -1).map((view, at) => html`<div class="dialog modal beneath" key=${view.id} aria-hidden="true" style=${{ "--depth": modals.length - 1 - at }}></div>`)}
      <${Modal} key=${top.id} view=${top} depth=${modals.length} />
    </div>
  `;
}

const words = (object, otherwise) => object?.text ?? otherwise;

function Modal({ view, depth }) {
  const ref = useRef();
  const [, again] = useState(0);
  const [errors, setErrors] = useState({});
  const [failure, setFailure] = useState("");
  const [pending, setPending] = useState(false);
  const close = (all) => closeView(view.id, all);
  useLayer(() => close(depth === 1));
  useFocusTrap(ref, ".modal-body input:not([type=hidden]), .modal-body textarea");
  const change = (block, action, value) => {
    const now = typed.get(view.id) ?? {};
    typed.set(view.id, { ...now, [block]: { ...now[block], [action]: value } });
    if (errors[block]) setErrors({ ...errors, [block]: undefined });
    again((count) => count + 1);
  };
  const send = async () => {
    if (pending) return;
    setPending(true);
    setFailure("");
    const reply = await submit(view.id, held(view));
    setPending(false);
    setErrors(reply.errors ?? {});
    if (reply.errors) return toFirstError(ref.current);
    if (!reply.ok) return setFailure(reply.message ?? reply.error ?? "");
    await loadViews();
  };
  const title = words(view.title, appName());
  const at = { view_id: view.id };
  const loading = !(view.blocks ?? []).length;
  return html`
    <form class="dialog modal" role="dialog" aria-modal="true" aria-label=${title} tabindex="-1" ref=${ref} novalidate aria-busy=${String(pending)} onSubmit=${(event) => (event.preventDefault(), view.submit && send())}>
      <header class="dialog-head">
        <${Avatar} who=${appWho()} size="medium" /><h2 dir="auto">${title}</h2>
        <button type="button" class="icon-button" aria-label=${depth > 1 ? "Close all" : "Close"} title=${depth > 1 ? "Close all" : "Close"} onClick=${() => close(true)}><${Icon} name="close" /></button>
      </header>
      <div class="modal-body">
        ${loading ? html`<p class="empty"><span class="spin"></span></p>` : html`<${Blocks} blocks=${view.blocks} surface="modal" values=${held(view)} errors=${errors} onChange=${change} onAction=${(action) => press(at, action, held(view))} onSuggest=${(asked) => suggest(at, asked)} />`}
      </div>
      ${failure && html`<p class="modal-failure" role="alert"><b>${appName()} could not take this.</b> ${failure} What you entered is still here. You can try again.</p>`}
      <footer class="modal-foot">
        <button type="button" class="button" onClick=${() => close(false)}>${words(view.close, view.submit ? "Cancel" : "Close")}</button>
        ${view.submit && html`<button type="submit" class="button primary" disabled=${pending || view.submit_disabled}>${pending && html`<span class="spin"></span>`}<span dir="auto">${words(view.submit, "Submit")}</span></button>`}
      </footer>
    </form>
  `;
}

/** Whoever made a mistake is led to the first one. */
function toFirstError(form) {
  requestAnimationFrame(() => {
    const wrong = form?.querySelector('[aria-invalid="true"], .kit-error');
    wrong?.scrollIntoView({ block: "center" });
    wrong?.focus?.();
  });
}

// The control API: every question and every act of the page goes through here.
import { toast } from "/store.js";

const MISSING = new Set([404, 405, 501]);

/** An address of which every part is encoded: names may hold slashes. */
export function path(strings, ...parts) {
  return strings.reduce((whole, piece, at) => whole + piece + (at < parts.length ? encodeURIComponent(parts[at]) : ""), "");
}

async function told(answer) {
  try {
    return await answer.json();
  } catch {
    return {};
  }
}

/** What the server answers to a question; throws an Error that has `status`. */
export async function get(address) {
  const answer = await fetch(address);
  if (answer.ok) return answer.json();
  const body = await told(answer);
  throw Object.assign(new Error(body.message ?? `${address} answered ${answer.status}.`), { status: answer.status });
}

/** As `get`, but a server that has no such address answers `otherwise`. */
export async function getOr(address, otherwise) {
  try {
    return await get(address);
  } catch (error) {
    if (MISSING.has(error.status)) return otherwise;
    throw error;
  }
}

/** An act, as the server answered it; refusals and a lost connection come as {ok: false, error, message}. */
export async function send(address, body) {
  try {
    const answer = await fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const reply = await told(answer);
    return answer.ok ? { ok: true, ...reply } : { error: "failed", message: `The workspace answered ${answer.status}.`, ...reply, ok: false };
  } catch {
    return { ok: false, error: "no_connection", message: "The workspace does not answer. Nothing was sent." };
  }
}

/** An act whose refusal is told in a toast; answers nothing when it was refused. */
export async function post(address, body) {
  const reply = await send(address, body);
  if (reply.ok) return reply;
  toast(reply.message ?? reply.error);
  return null;
}

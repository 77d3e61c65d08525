// What people do: each act is one call, and a refusal is told.
import { path, post, send } from "/api.js";
import { book, personName } from "/text.js";
import { state, set, target, toast, bot } from "/store.js";
import { changed } from "/logs.js";
import { loadChannels, loadEphemerals, loadViews } from "/place.js";

/** What was just done is shown at once, stream or no stream. */
async function shown(reply) {
  if (reply?.ts && reply.channel) await changed(reply.channel, [reply.ts]).catch(() => {});
  return reply;
}

const here = () => ({ user: state.me, channel: target() });

/** Says something: {text, thread_ts, broadcast, file}. A channel that it is the first message of must be known first. */
export async function say({ text, thread_ts: root, broadcast, file }) {
  const body = { ...here(), text };
  if (root) body.thread_ts = root;
  if (root && broadcast) body.broadcast = true;
  if (file) body.file = file;
  const reply = await post("/sim/message", body);
  if (reply && !book.channels.has(reply.channel)) await loadChannels();
  return shown(reply);
}

/** Runs a slash command; what Slack itself says to a failure stands among what only this person sees. */
export async function command(name, text, root) {
  const body = { ...here(), command: name, text };
  if (root) body.thread_ts = root;
  const reply = await send("/sim/command", body);
  await loadEphemerals();
  if (!reply.ok && !reply.seen) toast(reply.message ?? reply.error);
  return reply.ok || Boolean(reply.seen);
}

export async function react(message, name) {
  const remove = message.reactions?.some((one) => one.name === name && one.users.includes(state.me)) ?? false;
  const reply = await post("/sim/react", { ...here(), ts: message.ts, name, remove });
  if (reply) await changed(state.place, [message.ts]).catch(() => {});
}

export const edit = async (ts, text) => shown(await post("/sim/edit", { ...here(), ts, text }));

export async function remove(ts) {
  const reply = await post("/sim/delete", { ...here(), ts });
  if (reply) await changed(state.place, [ts]).catch(() => {});
}

export const join = async (channel = state.place) => (await post("/sim/join", { user: state.me, channel })) && loadChannels();
export const leaveChannel = async () => (await post("/sim/leave", { user: state.me, channel: state.place })) && loadChannels();

export async function invite(who) {
  const reply = await post("/sim/invite", { user: state.me, channel: state.place, who });
  if (reply) await loadChannels();
  return reply;
}

export async function dismiss(ts) {
  if (await post("/sim/dismiss", { user: state.me, ts })) await loadEphemerals();
}

/** A shortcut of the app: a global one, or one on a message. */
export async function shortcut(callback, ts) {
  const body = { user: state.me, callback_id: callback };
  if (ts) Object.assign(body, { channel: target(), ts });
  const reply = await post("/sim/shortcut", body);
  if (reply) await loadViews();
}

/** An element of a message or a view was used. `at` is {ts} or {view_id}; the answer is for its mark of failure. */
export async function press(at, action, inputs) {
  const body = { user: state.me, ...at, ...action, state: inputs ?? {} };
  if (at.ts) body.channel = target();
  const reply = await send("/sim/press", body);
  if (reply.ok) await loadViews();
  return reply;
}

/** What an element that looks for its options finds. */
export async function suggest(at, asked) {
  const body = { user: state.me, ...at, ...asked };
  if (at.ts) body.channel = target();
  return send("/sim/suggest", body);
}

export const submit = (view, values) => send("/sim/submit", { user: state.me, view_id: view, values });

export async function closeView(view, all) {
  const reply = await post("/sim/close", { user: state.me, view_id: view, ...(all ? { all: true } : {}) });
  if (reply) await loadViews();
}

/** The message's address, as the app would be given it. */
export function permalink(message) {
  const root = message.thread_ts && message.thread_ts !== message.ts ? path`?thread_ts=${message.thread_ts}&cid=${state.place}` : "";
  return `https://${state.workspace.domain}.slack.com/archives/${state.place}/p${message.ts.replace(".", "")}${root}`;
}

export async function copy(text, said = "Copied") {
  try {
    await navigator.clipboard.writeText(text);
    toast(said, "note");
  } catch {
    toast("The browser does not let this page copy.");
  }
}

/** A question before something that cannot be undone. */
export const ask = (question) => set({ over: { kind: "question", ...question } });

/** What somebody typed, from the blocks that Slack made of it. */
export function typedText(message) {
  const parts = message.blocks?.[0]?.elements?.flatMap((part) => part.elements ?? []) ?? [];
  return parts.map(typedPart).join("") || message.text || "";
}

function typedPart(part) {
  if (part.type === "user") return `@${personName(part.user_id)}`;
  if (part.type === "channel") return `#${book.channels.get(part.channel_id)?.name ?? "channel"}`;
  if (part.type === "broadcast") return `@${part.range}`;
  if (part.type === "emoji") return `:${part.name}:`;
  return part.text ?? part.url ?? "";
}

/** Whether somebody may change this message: their own words, not the app's. */
export const isOwn = (message) => message.user === state.me && !message.bot_id && message.subtype !== "tombstone";
export const botHandle = () => `@${bot().name}`;

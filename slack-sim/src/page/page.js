// The page itself: what is shown, what was chosen, and what a click does.
import { el, book, mrkdwn, emoji, personName, clock, day, QUICK_EMOJI } from "/text.js";
import { blocks } from "/blocks.js";

const find = (id) => document.getElementById(id);
const chosen = { channel: null, as: null, thread: null, most: 200 };
const read = new Map(); // channel id -> the newest ts that was seen
let workspace = { name: "", bot: { name: "", user_id: "" }, commands: [], lines: 0 };

async function get(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error((await answer.json()).message ?? `${path}: ${answer.status}`);
  return answer.json();
}

async function post(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const told = await answer.json();
  if (!answer.ok) tell(told.message ?? told.error);
  return answer.ok ? told : null;
}

let telling;
function tell(sentence) {
  find("told").textContent = sentence;
  clearTimeout(telling);
  telling = setTimeout(() => (find("told").textContent = ""), 6000);
}

/* ---- what there is ---- */

const me = () => book.people.get(chosen.as);
const bot = () => workspace.bot;
const channelNow = () => book.channels.get(chosen.channel);
const directName = () => `@${bot().name}`;
const inDirect = () => chosen.channel === "direct" || channelNow()?.is_im;

function myDirect() {
  return [...book.channels.values()].find((channel) => channel.is_im && channel.user === me()?.name);
}

/** The channel's name for the control API. */
function target() {
  return inDirect() ? directName() : channelNow()?.id;
}

async function loadCompany() {
  const [shown, people, channels] = await Promise.all([get("/sim/workspace"), get("/sim/people"), get("/sim/channels")]);
  workspace = shown;
  book.people = new Map(people.map((person) => [person.id, person]));
  book.channels = new Map(channels.map((channel) => [channel.id, channel]));
  const humans = people.filter((person) => !person.is_bot && !person.deleted);
  if (!book.people.has(chosen.as)) chosen.as = humans[0]?.id ?? null;
  if (chosen.channel !== "direct" && !visible(channelNow())) {
    chosen.channel = channels.find((channel) => !channel.is_im && visible(channel))?.id ?? "direct";
  }
  book.tz = me()?.tz;
  drawSide(humans);
  drawHead();
}

/** Private channels are seen by their members, a direct message by its person. */
function visible(channel) {
  if (!channel) return false;
  if (channel.is_im) return channel.user === me()?.name;
  return !channel.is_private || channel.members.includes(me()?.name);
}

/* ---- the side ---- */

function drawSide(humans) {
  document.title = `${workspace.name} (simulated)`;
  find("team").textContent = workspace.name;
  const lines = workspace.lines;
  find("wire").textContent = lines ? `@${bot().name} is connected` : `@${bot().name} is not connected`;
  find("wire").classList.toggle("on", lines > 0);
  const shown = [...book.channels.values()].filter((channel) => !channel.is_im && visible(channel));
  find("channels").replaceChildren(...shown.map(channelItem));
  const direct = myDirect();
  find("direct").replaceChildren(
    item(inDirect(), unread(direct), () => choose("direct"), avatar(bot().user_id, bot().name, true), bot().name, el("span", { class: "badge" }, "app")),
  );
  find("people").replaceChildren(
    ...humans.map((person) =>
      item(person.id === chosen.as, false, () => actAs(person.id), avatar(person.id, person.name), person.real_name, person.id === chosen.as && el("span", { class: "you" }, "you")),
    ),
  );
}

function item(current, fresh, onclick, ...children) {
  return el("li", {}, el("button", { type: "button", class: fresh ? "fresh" : "", "aria-current": current ? "true" : false, onclick }, children));
}

function unread(channel) {
  return channel?.latest && channel.id !== chosen.channel && channel.latest > (read.get(channel.id) ?? "");
}

function channelItem(channel) {
  const sign = el("span", { class: "sign", "aria-hidden": "true" }, channel.is_private ? "🔒" : "#");
  const marks = [channel.is_ext_shared && el("span", { class: "badge" }, "external"), channel.is_archived && el("span", { class: "badge" }, "archived")];
  const fresh = unread(channel);
  return item(channel.id === chosen.channel, fresh, () => choose(channel.id), sign, el("span", { class: "name" }, channel.name), marks, fresh && el("span", { class: "dot", "aria-label": "unread" }));
}

function drawHead() {
  const channel = channelNow();
  const direct = inDirect();
  find("title").textContent = direct ? bot().name : channel ? `${channel.is_private ? "🔒 " : "# "}${channel.name}` : "";
  const there = channel?.bot_is_member ? `@${bot().name} is here` : `@${bot().name} is not here`;
  find("about").textContent = direct ? "Between you and the app" : channel ? `${channel.members.length} members, ${there}` : "";
  find("about").classList.toggle("warn", !direct && channel && !channel.bot_is_member);
  const name = me()?.real_name ?? "nobody";
  const place = direct ? bot().name : `#${channel?.name}`;
  for (const [form, hint] of [["composer", `Message ${place} as ${name}`], ["thread-composer", `Reply as ${name}`]]) {
    const box = find(form).querySelector("textarea");
    box.placeholder = hint;
    box.setAttribute("aria-label", hint);
  }
}

async function choose(id, ts, root) {
  const direct = myDirect();
  chosen.channel = id === "direct" && direct ? direct.id : id;
  chosen.thread = root ?? null;
  chosen.most = 200;
  document.body.classList.remove("side-open");
  await refresh(true);
  drawnNode(ts)?.scrollIntoView({ block: "center" });
  drawnNode(ts)?.classList.add("found");
  find("title").focus({ preventScroll: true });
}

async function actAs(id) {
  if (inDirect()) chosen.channel = "direct";
  chosen.as = id;
  await refresh(true);
}
book.open = choose;

/* ---- messages ---- */

function avatar(id, name, app) {
  const node = el("span", { class: app ? "avatar app" : "avatar", "aria-hidden": "true" }, app ? "⚙" : (name ?? "?").slice(0, 1).toUpperCase());
  let hue = 0;
  for (const letter of String(id)) hue = (hue * 31 + letter.codePointAt(0)) % 360;
  node.style.setProperty("--hue", hue);
  return node;
}

const drawn = new Map(); // where and ts -> what was drawn, and its node

function drawnNode(ts) {
  return ts && (drawn.get(`log ${ts}`)?.node ?? drawn.get(`thread ${ts}`)?.node);
}

function draw(where, list) {
  const log = find(where === "log" ? "log" : "thread-log");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const kept = new Set();
  const nodes = [];
  let lastDay = "";
  let before = null;
  for (const message of list) {
    const today = day(Number(message.ts));
    if (where === "log" && today !== lastDay) {
      nodes.push(el("div", { class: "day", role: "separator" }, el("span", {}, today)));
      before = null;
    }
    lastDay = today;
    const follows = before && author(before).id === author(message).id && !message.is_ephemeral && !before.is_ephemeral && Number(message.ts) - Number(before.ts) < 300;
    before = message;
    const key = `${where} ${message.ts}`;
    const state = JSON.stringify([message, follows, chosen.as, book.people.size]);
    kept.add(key);
    if (drawn.get(key)?.state !== state) drawn.set(key, { state, node: messageNode(message, follows, where) });
    nodes.push(drawn.get(key).node);
  }
  for (const key of drawn.keys()) if (key.startsWith(`${where} `) && !kept.has(key)) drawn.delete(key);
  if (!list.length) nodes.push(el("p", { class: "empty" }, "Nothing was said here yet."));
  if (where === "log" && list.filter((message) => !message.is_ephemeral).length >= chosen.most) {
    nodes.unshift(el("button", { class: "earlier", type: "button", onclick: () => ((chosen.most *= 4), refresh()) }, "Show earlier messages"));
  }
  reconcile(log, nodes);
  return () => {
    if (atEnd) log.scrollTop = log.scrollHeight;
  };
}

/** Puts these nodes in, moving as few as can be. */
function reconcile(log, nodes) {
  let at = log.firstChild;
  for (const node of nodes) {
    if (at === node) at = at.nextSibling;
    else log.insertBefore(node, at);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function author(message) {
  if (message.username === "Slackbot" || message.user === "USLACKBOT") return { id: "slackbot", name: "Slackbot", app: true };
  if (message.bot_id === bot().bot_id) return { id: bot().user_id, name: bot().name, app: true };
  const person = book.people.get(message.user);
  return { id: message.user, name: person?.real_name ?? message.user ?? "somebody", app: person?.is_bot };
}

function messageNode(message, follows, where) {
  const who = author(message);
  const time = clock(Number(message.ts));
  const body = el("div", { class: "body" }, content(message));
  const head = !follows && el("div", { class: "head" }, el("b", {}, who.name), who.app && el("span", { class: "badge" }, "app"), el("time", {}, time), message.is_ephemeral && el("span", { class: "only" }, "👁 Only visible to you"));
  const gutter = follows ? el("time", { class: "late" }, time) : avatar(who.id, who.name, who.app);
  const broadcast = message.subtype === "thread_broadcast" && el("div", { class: "b-context" }, "replied to a thread:");
  const classes = ["message", follows && "follows", message.is_ephemeral && "ephemeral", message.subtype === "tombstone" && "gone"].filter(Boolean).join(" ");
  return el("article", { class: classes }, gutter, el("div", { class: "rest" }, head, broadcast, body, reactions(message), where === "log" && threadLink(message)), !message.is_ephemeral && tools(message, body, where));
}

function content(message) {
  // A person's blocks only repeat the text; the text has their stars and underscores.
  const byApp = message.bot_id || message.username;
  const list = byApp && Array.isArray(message.blocks) && message.blocks.length ? blocks(message.blocks) : mrkdwn(message.text ?? "");
  return [list, message.edited && message.subtype !== "tombstone" && el("span", { class: "edited" }, " (edited)")];
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return el(
    "div",
    { class: "reactions" },
    message.reactions.map(({ name, users, count }) => {
      const mine = users.includes(chosen.as);
      return el("button", { type: "button", class: mine ? "mine" : "", title: `${users.map(personName).join(", ")} with :${name}:`, "aria-pressed": String(mine), onclick: () => react(message, name, mine) }, emoji(name), ` ${count}`);
    }),
  );
}

function react(message, name, remove) {
  return post("/sim/react", { user: chosen.as, channel: target(), ts: message.ts, name, remove });
}

function threadLink(message) {
  if (!message.reply_count) return null;
  const replies = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return el("button", { type: "button", class: "replies", onclick: () => openThread(message.ts) }, el("b", {}, replies), ` last ${clock(Number(message.latest_reply))}`);
}

function tools(message, body, where) {
  const own = message.user === chosen.as && !message.bot_id;
  const tool = (label, sign, onclick) => el("button", { type: "button", title: label, "aria-label": label, onclick }, sign);
  return el(
    "div",
    { class: "tools" },
    QUICK_EMOJI.map((name) => tool(`React with ${name}`, emoji(name), () => react(message, name, message.reactions?.some((r) => r.name === name && r.users.includes(chosen.as)) ?? false))),
    where === "log" && tool("Reply in the thread", "💬", () => openThread(message.thread_ts ?? message.ts)),
    own && tool("Edit", "✎", () => editInPlace(message, body)),
    own && tool("Delete", "🗑", () => post("/sim/delete", { user: chosen.as, channel: target(), ts: message.ts })),
  );
}

function editInPlace(message, body) {
  const typed = (message.blocks?.[0]?.elements?.[0]?.elements ?? []).map(typedAgain).join("");
  const box = el("textarea", { rows: 3, "aria-label": "The message" });
  box.value = typed || message.text;
  const stop = () => {
    drawn.clear();
    return refresh();
  };
  const save = async () => {
    await post("/sim/edit", { user: chosen.as, channel: target(), ts: message.ts, text: box.value });
    await stop();
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) event.preventDefault(), save();
    if (event.key === "Escape") event.stopPropagation(), stop();
  });
  body.replaceChildren(box, el("div", { class: "b-actions" }, el("button", { class: "button", type: "button", onclick: stop }, "Cancel"), el("button", { class: "button primary", type: "button", onclick: save }, "Save")));
  box.focus();
}

function typedAgain(part) {
  if (part.type === "user") return `@${personName(part.user_id)}`;
  if (part.type === "channel") return `#${book.channels.get(part.channel_id)?.name ?? "channel"}`;
  if (part.type === "broadcast") return `@${part.range}`;
  return part.text ?? part.url ?? "";
}

/* ---- threads ---- */

function openThread(ts) {
  chosen.thread = ts;
  return refresh().then(() => find("thread-composer").querySelector("textarea").focus());
}

function closeThread() {
  chosen.thread = null;
  refresh();
}

function drawThread(messages, ephemeral) {
  const root = chosen.thread && messages.find((message) => message.ts === chosen.thread);
  find("thread").hidden = !root;
  document.body.classList.toggle("thread-open", Boolean(root));
  if (!root) return () => {};
  find("thread-about").textContent = inDirect() ? bot().name : `#${channelNow()?.name}`;
  const mine = ephemeral.filter((seen) => seen.thread_ts === root.ts);
  return draw("thread", [root, ...(root.replies ?? []), ...mine]);
}

/* ---- writing ---- */

function compose(form, inThread) {
  const box = el("textarea", { rows: 1, enterkeyhint: "send" });
  const send = el("button", { type: "submit", class: "send", "aria-label": "Send" }, "➤");
  const hint = inThread ? "Enter sends. Commands cannot run in threads." : "Enter sends, Shift+Enter makes a line. A text that begins with / runs a command.";
  form.append(el("div", { class: "box" }, box, send), el("p", { class: "hint" }, hint));
  const grow = () => {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 200)}px`;
  };
  box.addEventListener("input", grow);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = box.value;
    if (!text.trim() || send.disabled) return;
    send.disabled = true;
    try {
      if (await say(text, inThread)) box.value = "";
    } catch (error) {
      tell(error.message);
    } finally {
      send.disabled = false;
      grow();
      find(inThread ? "thread-log" : "log").scrollTop = 1e9;
    }
  });
}

function say(text, inThread) {
  const place = { user: chosen.as, channel: target() };
  const command = /^\/(\S+)\s*([\s\S]*)$/.exec(text.trim());
  if (command && inThread) {
    tell("Commands cannot run in threads.");
    return null;
  }
  if (command) return post("/sim/command", { ...place, command: `/${command[1]}`, text: command[2] });
  return post("/sim/message", { ...place, text, thread_ts: inThread ? chosen.thread : null });
}

/* ---- staying up to date ---- */

let again = false;
let toEnd = false;
let busy = null;

/** Draws what there is now. Calls that come meanwhile are answered by one more round. */
function refresh(jump = false) {
  again = true;
  toEnd ||= jump;
  busy ??= (async () => {
    while (again) {
      again = false;
      try {
        await drawAll();
      } catch (error) {
        tell(error.message);
      }
    }
    busy = null;
  })();
  return busy;
}

async function drawAll() {
  await loadCompany();
  const direct = inDirect() ? myDirect() : null;
  if (direct) chosen.channel = direct.id;
  const place = encodeURIComponent(chosen.channel);
  const nothing = chosen.channel === "direct";
  const as = encodeURIComponent(chosen.as);
  const [messages, ephemeral] = await Promise.all([
    nothing ? [] : get(`/sim/channels/${place}/messages?limit=${chosen.most}`),
    nothing || !chosen.as ? [] : get(`/sim/people/${as}/ephemeral?channel=${place}`),
  ]);
  const broadcasts = messages.flatMap((message) => (message.replies ?? []).filter((reply) => reply.subtype === "thread_broadcast"));
  const seenHere = ephemeral.filter((seen) => !seen.thread_ts && (messages.length < chosen.most || seen.ts > messages[0].ts));
  const all = [...messages, ...broadcasts, ...seenHere].sort((a, b) => (a.ts < b.ts ? -1 : 1));
  const newest = channelNow()?.latest;
  if (newest) read.set(chosen.channel, newest);
  const settle = [draw("log", all), drawThread(messages, ephemeral)];
  settle.forEach((done) => done());
  if (toEnd) find("log").scrollTop = find("log").scrollHeight;
  toEnd = false;
  remember();
}

/** The choice stands in the address, so that a reload or a link shows the same. */
function remember() {
  const channel = inDirect() ? "direct" : channelNow()?.name;
  const parts = new URLSearchParams({ channel: channel ?? "", as: me()?.name ?? "" });
  if (chosen.thread) parts.set("thread", chosen.thread);
  history.replaceState(null, "", `#${parts}`);
}

async function recall() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const [people, channels] = await Promise.all([get("/sim/people"), get("/sim/channels")]);
  chosen.as = people.find((person) => person.name === parts.get("as") && !person.is_bot)?.id ?? null;
  chosen.channel = parts.get("channel") === "direct" ? "direct" : channels.find((channel) => channel.name === parts.get("channel"))?.id;
  chosen.thread = parts.get("thread");
  for (const channel of channels) if (channel.latest) read.set(channel.id, channel.latest);
}

function listen() {
  const ticks = new EventSource("/sim/stream");
  let soon = null;
  ticks.onmessage = (event) => {
    if (JSON.parse(event.data).what === "call") return;
    // Not put off by further ticks: a flood must not keep the page from moving.
    soon ??= setTimeout(() => {
      soon = null;
      refresh();
    }, 60);
  };
  ticks.onerror = () => tell("The simulated workspace does not answer. This page goes on when it is back.");
  ticks.onopen = () => (find("told").textContent = "");
}

function keys(event) {
  if (event.key === "Escape") {
    document.body.classList.remove("side-open");
    if (chosen.thread) closeThread();
  }
  if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    const ids = [...book.channels.values()].filter((channel) => !channel.is_im && visible(channel)).map((channel) => channel.id);
    const step = event.key === "ArrowDown" ? 1 : ids.length - 1;
    choose(ids[(Math.max(ids.indexOf(chosen.channel), 0) + step) % ids.length]);
  }
}

compose(find("composer"), false);
compose(find("thread-composer"), true);
find("thread-close").addEventListener("click", closeThread);
find("menu").addEventListener("click", () => {
  const open = document.body.classList.toggle("side-open");
  find("menu").setAttribute("aria-expanded", String(open));
});
document.addEventListener("keydown", keys);
await recall();
await refresh(true);
listen();

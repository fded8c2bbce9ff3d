"use strict";
// The page: the person, the channel, the messages in it and the actions. The server holds the state.

const at = (id) => document.getElementById(id);
const here = { me: null, channel: "", version: -1, home: false, thread: null, state: null, sent: [] };

function post(path, fields) {
  return send(path, { headers: { "Content-Type": "application/json" }, body: JSON.stringify({ as: here.me, ...fields }) });
}

async function send(path, request) {
  const answer = await fetch("/ui/" + path, { method: "POST", ...request });
  const result = await answer.json();
  at("error").textContent = answer.ok ? "" : result.error;
  await refresh(true);
  return result;
}

async function refresh(force) {
  const asked = here.channel;
  const query = new URLSearchParams({ as: here.me, channel: asked, version: force ? -1 : here.version });
  const answer = await fetch("/ui/state?" + query);
  const state = await answer.json();
  at("now").textContent = state.now;
  // Somebody may have opened another channel while this was on its way.
  if (asked !== here.channel) return;
  if (state.me !== undefined && state.me === here.me && (force || state.version !== here.version)) {
    here.version = state.version;
    here.channel = state.channel;
    here.state = state;
    draw(state);
  }
}

function draw(state) {
  document.body.dataset.me = state.me;
  at("team").textContent = state.team;
  drawScenes(state);
  drawPeople(state);
  drawChannels(state);
  if (here.home) drawHome(state); else drawChannel(state);
  drawThread(state);
  drawModal(state);
}

function drawScenes(state) {
  const labels = state.scenes.map((one) => one.label + (one.back ? " (starts over)" : ""));
  if (at("scenes").dataset.labels === labels.join("|")) return;
  at("scenes").dataset.labels = labels.join("|");
  at("scenes").replaceChildren(...state.scenes.map((one, number) => {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.label = one.label;
    button.textContent = labels[number];
    return button;
  }));
}

function drawPeople(state) {
  if (at("me").options.length) return;
  for (const [id, person] of Object.entries(state.people)) {
    if (!person.bot) at("me").append(el("option", { value: id }, person.name + ", " + person.part));
  }
  at("me").value = here.me;
}

function drawChannels(state) {
  const item = (label, current, go) => el("li", {}, el("button", { type: "button", "aria-current": current ? "page" : null, onclick: go }, label));
  const bot = Object.values(state.people).find((one) => one.bot);
  at("apps").replaceChildren(item(bot.name + ": Home", here.home, openHome));
  const open = (channel) => () => { here.home = false; here.thread = null; here.channel = channel.id; refresh(true); };
  const label = (channel) => (channel.private ? "🔒 " : "# ") + channel.name + (channel.shared ? " (shared)" : "");
  at("channels").replaceChildren(...state.channels.filter((one) => !one.im).map((one) => item(label(one), !here.home && one.id === state.channel, open(one))));
  at("directs").replaceChildren(...state.channels.filter((one) => one.im).map((one) => item(bot.name, !here.home && one.id === state.channel, open(one))));
}

function message(one, state, inThread) {
  const person = state.people[one.user], context = { people: state.people, channels: state.channels };
  const time = new Date(Number(one.ts) * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" });
  const press = (block_id, action) => post("press", { channel: state.channel, ts: one.ts, block_id, action });
  const body = one.blocks.length ? one.blocks.map((inner) => block(inner, context, press)) : [el("div", { class: "text" }, ...withQuotes(one.text, context))];
  const replies = state.messages.filter((other) => other.thread === one.ts && other.ts !== one.ts).length;
  const reply = inThread || one.only_for ? null : el("button", { type: "button", class: "quiet", onclick: () => { here.thread = one.ts; drawThread(state); at("thread-say").focus(); } }, replies ? replies + (replies === 1 ? " reply" : " replies") : "Reply in thread");
  const shortcuts = !one.only_for && state.shortcuts.length ? optionsMenu(state.shortcuts.map((own) => [own.name, () => post("shortcut", { channel: state.channel, ts: one.ts, callback_id: own.callback_id })]), "More actions for this message", "shortcuts") : null;
  return el("article", { class: "message" + (one.only_for ? " private" : ""), "data-ts": one.ts, "data-private": one.only_for ? "yes" : "no" },
    el("div", { class: "face" + (person.bot ? " bot" : ""), "aria-hidden": "true" }, person.name[0]),
    el("div", {}, one.only_for ? el("div", { class: "why" }, "Only visible to you") : null,
      el("header", {}, el("b", {}, person.name), el("span", {}, (person.bot ? "APP · " : person.away ? "from a partner workspace · " : "") + time + (one.edited ? " (edited)" : ""))),
      ...body, ...one.files.map(fileChip), el("div", { class: "under" }, reply, shortcuts)));
}

function drawChannel(state) {
  const channel = state.channels.find((one) => one.id === state.channel);
  at("say-form").hidden = false;
  at("name").textContent = channel.im ? "Partnership Bot" : "#" + channel.name;
  at("topic").textContent = channel.topic || "";
  const log = at("messages"), atBottom = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const shown = state.messages.filter((one) => !one.thread || one.thread === one.ts);
  log.replaceChildren();
  let day = "";
  for (const one of shown) {
    const date = new Date(Number(one.ts) * 1000).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "Europe/London" });
    if (date !== day) log.append(el("div", { class: "day" }, el("span", {}, date)));
    day = date;
    log.append(message(one, state, false));
  }
  if (!shown.length) log.append(el("p", { class: "note" }, "There are no messages here yet. To see an action, type /action status 2.3"));
  if (atBottom) log.scrollTop = log.scrollHeight;
}

function drawHome(state) {
  const context = { people: state.people, channels: state.channels };
  const press = (block_id, action) => post("press_home", { block_id, action });
  at("say-form").hidden = true;
  at("name").textContent = "Partnership Bot: Home";
  at("topic").textContent = "";
  at("messages").replaceChildren(...(state.home ? state.home.blocks.map((one) => block(one, context, press)) : [el("p", {}, "Loading…")]));
}

function drawThread(state) {
  at("thread").hidden = !here.thread;
  if (!here.thread) return;
  const thread = state.messages.filter((one) => one.ts === here.thread || one.thread === here.thread);
  at("thread-messages").replaceChildren(...thread.map((one) => message(one, state, true)));
}

function drawModal(state) {
  const modal = at("modal"), view = state.view;
  if (!view) { if (modal.open) modal.close(); modal.dataset.view = ""; return; }
  if (modal.dataset.view === view.id) return;
  modal.dataset.view = view.id;
  const context = { people: state.people, channels: state.channels };
  const form = el("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); submit(view); } },
    el("h2", { id: "modal-title" }, view.title.text),
    el("div", { class: "body" }, ...view.blocks.map((one) => block(one, context, () => {}))),
    el("p", { class: "error", role: "alert", id: "modal-error" }),
    el("div", { class: "foot" },
      el("button", { type: "button", class: "b", onclick: () => post("close", { view: view.id }) }, (view.close || { text: "Cancel" }).text),
      view.submit ? el("button", { type: "submit", class: "b primary" }, view.submit.text) : null));
  modal.replaceChildren(form);
  if (!modal.open) modal.showModal();
  const first = modal.querySelector("select, input, textarea");
  if (first) first.focus();
}

async function submit(view) {
  const values = {};
  let missing = false;
  for (const one of view.blocks.filter((inner) => inner.type === "input")) {
    const value = valueOf(one), empty = Object.entries(value).every(([name, content]) => name === "type" || content === null || content.length === 0);
    const error = document.querySelector('.field[data-block="' + one.block_id + '"] .error');
    error.textContent = empty && !one.optional ? "Fill in this field." : "";
    missing = missing || (empty && !one.optional);
    values[one.block_id] = { [one.element.action_id]: value };
  }
  if (missing) return;
  const result = await post("submit", { view: view.id, values });
  for (const [blockId, text] of Object.entries(result.errors || {})) {
    const error = document.querySelector('.field[data-block="' + blockId + '"] .error') || at("modal-error");
    if (error) error.textContent = text;
  }
}

function openHome() {
  here.home = true; here.thread = null;
  post("home", {}).then(() => setTimeout(() => refresh(true), 300));
}

function showHints() {
  const typed = at("say").value;
  const shown = here.state && typed.startsWith("/") && !typed.includes(" ") ? here.state.commands.filter((one) => one.command.startsWith(typed)) : [];
  at("hints").replaceChildren(...shown.map((one) => el("li", {}, el("b", {}, one.command), " " + one.about, el("small", {}, one.hint))));
}

// Send a message, with the file that is attached if there is one. A file that was not sent stays attached.
async function write(files, fields) {
  const file = files.take();
  if (!file) return post("say", fields);
  const form = new FormData();
  for (const [name, value] of Object.entries({ as: here.me, ...fields, file })) form.append(name, value);
  const result = await send("upload", { body: form }).catch(() => ({ error: "“" + file.name + "” was not sent. Try again, or attach it again." }));
  if (result.error) { files.show(file); at("error").textContent = result.error; }
}

const files = attachments(at("say-form"), "file"), threadFiles = attachments(at("thread-form"), "thread-file");

async function say(event) {
  event.preventDefault();
  const text = at("say").value.trim();
  if (!(text || files.has()) || !here.state) return;
  if (text) here.sent.push(text);
  at("say").value = "";
  showHints();
  await write(files, { channel: here.channel, text });
  at("messages").scrollTop = at("messages").scrollHeight;
}

at("say-form").addEventListener("submit", say);
at("say").addEventListener("input", showHints);
at("say").addEventListener("keydown", (event) => {
  if (event.key === "ArrowUp" && !at("say").value && here.sent.length) { at("say").value = here.sent[here.sent.length - 1]; event.preventDefault(); }
  if (event.key === "Tab" && at("say").value.startsWith("/") && at("hints").children.length === 1) {
    at("say").value = at("hints").querySelector("b").textContent + " "; showHints(); event.preventDefault();
  }
});
at("thread-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = at("thread-say").value.trim();
  at("thread-say").value = "";
  if (text || threadFiles.has()) write(threadFiles, { channel: here.channel, text, thread: here.thread });
});
at("thread-close").addEventListener("click", () => { here.thread = null; drawThread(here.state); });
at("modal").addEventListener("cancel", (event) => { event.preventDefault(); if (here.state.view) post("close", { view: here.state.view.id }); });
at("me").addEventListener("change", () => { here.me = at("me").value; here.thread = null; location.hash = here.me; if (here.home) openHome(); else refresh(true); });
at("clock").addEventListener("submit", (event) => event.preventDefault());
at("clock").addEventListener("click", (event) => { if (event.target.dataset.to) post("clock", { to: event.target.dataset.to }); });
at("scenes").addEventListener("click", (event) => { if (event.target.dataset.label) post("scene", { label: event.target.dataset.label }); });
at("goto").addEventListener("change", () => { if (at("goto").value) post("clock", { to: at("goto").value }); });

async function start() {
  const wanted = location.hash.slice(1);
  const people = await (await fetch("/ui/people")).json();
  here.me = people.includes(wanted) ? wanted : people[0];
  await refresh(true);
  at("say").focus();
  setInterval(() => refresh(false).catch(() => { at("error").textContent = "The demo has stopped. Run make demo and reload this page."; }), 700);
}
start();

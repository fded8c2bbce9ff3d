"use strict";
// The open place: a channel, direct messages or the Home tab, and a thread beside it.

const LONDON = { timeZone: "Europe/London" };
const timeOf = (ts) => new Date(Number(ts) * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", ...LONDON });
const dateOf = (ts) => new Date(Number(ts) * 1000).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric", ...LONDON });

function message(one, state, inThread) {
  const person = state.people[one.user], context = contextOf(state, inThread), time = timeOf(one.ts);
  const press = (block_id, action) => post("press", { channel: state.channel, ts: one.ts, block_id, action });
  const body = one.blocks.length ? drawBlocks(one.blocks, context, press) : [el("div", { class: "text" }, ...withQuotes(one.text, context))];
  const from = person.bot ? "APP · " : person.away ? "from a partner workspace · " : person.guest ? "guest · " : "";
  return el("article", { class: "message" + (one.only_for ? " private" : ""), tabindex: -1, "aria-label": person.name + ", " + time, "data-ts": one.ts, "data-private": one.only_for ? "yes" : "no" },
    el("div", { class: "face" + (person.bot ? " bot" : ""), "aria-hidden": "true" }, person.name[0]),
    el("div", { class: "content" }, one.only_for ? el("div", { class: "why" }, "Only visible to you") : null,
      el("header", {}, el("b", {}, person.name), el("span", {}, from + time + (one.edited ? " (edited)" : ""))),
      ...body, ...one.files.map(fileChip),
      el("div", { class: "under" }, inThread || one.only_for ? null : replyButton(one, state), shortcutsMenu(one, state))));
}

// What text and blocks are drawn with. A chart in a thread has less room.
function contextOf(state, inThread) {
  return { people: state.people, channels: state.channels, room: inThread ? 250 : Math.min(560, window.innerWidth - 90) };
}

const repliesTo = (one, state) => state.messages.filter((other) => other.thread === one.ts && other.ts !== one.ts).length;

function replyButton(one, state) {
  const replies = repliesTo(one, state);
  return el("button", { type: "button", class: "quiet", "data-action": "reply", onclick: () => openThread(one.ts) },
    replies ? replies + (replies === 1 ? " reply" : " replies") : "Reply in thread");
}

function shortcutsMenu(one, state) {
  if (one.only_for || !state.shortcuts.length) return null;
  const use = (callback_id) => post("shortcut", { channel: state.channel, ts: one.ts, callback_id });
  return optionsMenu(state.shortcuts.map((own) => [own.name, () => use(own.callback_id)]), "More actions for this message", { "data-action": "shortcuts" });
}

function messagePart(one, state, inThread) {
  return { id: one.ts, look: JSON.stringify([one, repliesTo(one, state)]), draw: () => message(one, state, inThread) };
}

// Messages with a line above each day's first.
function channelParts(shown, state) {
  const parts = [];
  let day = "";
  for (const one of shown) {
    const date = dateOf(one.ts);
    if (date !== day) parts.push({ id: date, look: "day", draw: () => el("div", { class: "day" }, el("span", {}, date)) });
    day = date;
    parts.push(messagePart(one, state, false));
  }
  return parts;
}

// Fill a list of messages. It opens at its end, and stays there unless somebody scrolled up.
function fillList(list, place, parts) {
  const opened = list.dataset.place !== place;
  const follow = opened || list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  if (opened) list.replaceChildren();
  list.dataset.place = place;
  fill(list, parts);
  if (follow) list.scrollTop = list.scrollHeight;
}

function drawChannel(state) {
  const channel = state.channels.find((one) => one.id === state.channel);
  const shown = state.messages.filter((one) => !one.thread || one.thread === one.ts);
  drawPlace(channel.im ? botOf(state).name : "#" + channel.name, channel.topic || "");
  drawBox(state, channel, !shown.length);
  const note = "There are no messages here yet. " + (channel.im ? "Ask about the plan in your own words." : "To see an action, type /action status 2.3");
  const parts = shown.length ? channelParts(shown, state) : [{ id: "note", look: note, draw: () => el("p", { class: "note" }, note) }];
  fillList(at("messages"), state.me + " " + channel.id, parts);
}

function drawPlace(name, topic) {
  setText(at("name"), name);
  setText(at("topic"), topic);
  at("messages").setAttribute("aria-label", here.home ? "Home tab" : "Messages");
  at("say-form").hidden = here.home;
  at("skip").href = here.home ? "#messages" : "#say";
  setText(at("skip"), here.home ? "Skip to the Home tab" : "Skip to the message box");
}

function drawHome(state) {
  const list = at("messages"), place = state.me + " home";
  drawPlace(botOf(state).name + ": Home", "");
  if (list.dataset.place !== place) { list.replaceChildren(); list.scrollTop = 0; }
  list.dataset.place = place;
  const press = (block_id, action) => post("press_home", { block_id, action });
  const blocks = () => (state.home ? drawBlocks(state.home.blocks, contextOf(state, false), press) : [el("p", {}, "Loading…")]);
  fill(list, [{ id: "home", look: JSON.stringify(state.home), draw: () => el("div", { class: "home", role: "group", "aria-label": "Home", tabindex: -1 }, ...blocks()) }]);
}

function drawThread(state) {
  const thread = here.thread ? state.messages.filter((one) => one.ts === here.thread || one.thread === here.thread) : [];
  // The workspace may have started over.
  if (!thread.length) here.thread = null;
  const left = !here.thread && at("thread").contains(document.activeElement);
  at("thread").hidden = !here.thread;
  coverWhatIsBehind();
  if (left) at("say").focus();
  fillList(at("thread-messages"), state.me + " " + here.thread, thread.map((one) => messagePart(one, state, true)));
}

function openThread(ts) {
  here.thread = ts;
  drawThread(here.state);
  at("thread-say").focus();
}

function closeThread() {
  const opener = document.querySelector('#messages [data-part="' + here.thread + '"] [data-action=reply]') || at("say");
  here.thread = null;
  drawThread(here.state);
  opener.focus();
}

// Read new messages aloud, and no others: a screen reader would read a redrawn list from its beginning.
const heard = { place: "", stamps: new Set() };
const HEARD = 5;

function announceNew(state) {
  const place = here.home ? "" : state.me + " " + state.channel;
  const unheard = state.messages.filter((one) => !heard.stamps.has(one.ts));
  if (heard.place === place && place) for (const one of unheard) announce(state.people[one.user].name + ": " + plain(one.text, state));
  heard.place = place;
  heard.stamps = new Set(state.messages.map((one) => one.ts));
}

function announce(text) {
  const log = at("news");
  log.append(el("p", {}, text));
  while (log.children.length > HEARD) log.firstChild.remove();
}

const plain = (text, state) => el("div", {}, ...withQuotes(text, contextOf(state, false))).textContent;

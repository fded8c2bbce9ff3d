"use strict";
// What the page knows, and how it asks the server, which holds the state.

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
  const asked = { me: here.me, channel: here.channel, home: here.home };
  const query = new URLSearchParams({ as: asked.me, channel: asked.channel, version: force ? -1 : here.version });
  // On the Home tab nobody reads the channel behind it.
  if (!asked.home) query.set("seen", "yes");
  const answer = await fetch("/ui/state?" + query);
  const state = await answer.json();
  setText(at("now"), state.now);
  // Somebody may have gone elsewhere while this was on its way, or a later answer may have overtaken it.
  const stale = Object.keys(asked).some((name) => asked[name] !== here[name]) || state.version < here.version;
  if (!stale && state.me !== undefined && (force || state.version !== here.version)) {
    here.version = state.version;
    here.channel = state.channel;
    here.state = state;
    draw(state);
  }
}

// Go to a channel or a person's direct messages.
function openChannel(id) {
  Object.assign(here, { home: false, thread: null, channel: id });
  return refresh(true);
}

function openHome() {
  Object.assign(here, { home: true, thread: null });
  return post("home", {}).then(() => setTimeout(() => refresh(true), 300));
}

// Set a text that is read aloud when it changes, and only when it does.
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const botOf = (state) => Object.values(state.people).find((one) => one.bot);

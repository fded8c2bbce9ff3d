"use strict";
// Draws the page, again whenever something changed, and starts it.

function draw(state) {
  document.body.dataset.me = state.me;
  setText(at("team"), state.team);
  drawScenes(state);
  drawPeople(state);
  drawChannels(state);
  if (here.home) drawHome(state); else drawChannel(state);
  drawThread(state);
  nameTables();
  announceNew(state);
  drawModal(state);
}

const POLL_MS = 300;

async function moveClock(fields, path = "clock") {
  const result = await post(path, fields);
  if (!result.error) announce(at("now").textContent);
}

at("thread-close").addEventListener("click", closeThread);
at("thread").addEventListener("keydown", (event) => { if (event.key === "Escape") closeThread(); });
at("me").addEventListener("change", () => { Object.assign(here, { me: at("me").value, thread: null }); location.hash = here.me; if (here.home) openHome(); else refresh(true); });
at("clock").addEventListener("submit", (event) => event.preventDefault());
at("clock").addEventListener("click", (event) => { if (event.target.dataset.to) moveClock({ to: event.target.dataset.to }); });
at("scenes").addEventListener("click", (event) => { if (event.target.dataset.label) moveClock({ label: event.target.dataset.label }, "scene"); });
at("goto").addEventListener("change", () => { if (at("goto").value) moveClock({ to: at("goto").value }); });

function showStopped() {
  // A demo that is started again counts its changes from the beginning.
  here.version = -1;
  at("error").textContent = "The demo has stopped. Run make demo and reload this page.";
}

async function start() {
  fitWidth();
  const wanted = location.hash.slice(1);
  const people = await (await fetch("/ui/people")).json();
  here.me = people.includes(wanted) ? wanted : people[0];
  await refresh(true);
  at("say").focus();
  setInterval(() => refresh(false).catch(showStopped), POLL_MS);
}
start();

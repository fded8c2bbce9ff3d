"use strict";
// The head bar and the sidebar: who one is, the clock, where one can go. On a phone the sidebar is a drawer.

const narrow = window.matchMedia("(max-width: 800px)");

function drawScenes(state) {
  fill(at("scenes"), state.scenes.map((one) => {
    const label = one.label + (one.back ? " (starts over)" : "");
    return { id: one.label, look: label, draw: () => el("button", { type: "button", "data-label": one.label }, label) };
  }));
}

function drawPeople(state) {
  if (at("me").options.length) return;
  for (const [id, person] of Object.entries(state.people)) {
    if (!person.bot) at("me").append(el("option", { value: id }, person.name + ", " + person.part));
  }
  at("me").value = here.me;
}

// One place that one can go to, with how many messages there are unread.
function placePart(id, label, current, unread, go) {
  const draw = () => el("li", {}, el("button", { type: "button", class: unread ? "unread" : "", "aria-current": current ? "page" : null, "aria-label": unreadName(label, unread), onclick: () => { setDrawer(false); go(); } },
    el("span", {}, label), unreadMark(unread)));
  return { id, look: JSON.stringify([label, current, unread]), draw };
}

const unreadName = (label, unread) => (unread ? label + ", " + unread + " unread" : null);
const unreadMark = (unread) => (unread ? el("span", { class: "count" }, unread) : null);

function drawChannels(state) {
  const isOpen = (channel) => !here.home && channel.id === state.channel;
  const part = (label) => (one) => placePart(one.id, label(one), isOpen(one), isOpen(one) ? 0 : one.unread, () => openChannel(one.id));
  const bot = botOf(state).name;
  const named = (one) => (one.private ? "🔒 " : "# ") + one.name + (one.shared ? " (shared)" : "");
  fill(at("apps"), [placePart("home", bot + ": Home", here.home, 0, openHome)]);
  fill(at("channels"), state.channels.filter((one) => !one.im).map(part(named)));
  fill(at("directs"), state.channels.filter((one) => one.im).map(part(() => bot)));
  const unread = state.channels.reduce((sum, one) => sum + (isOpen(one) ? 0 : one.unread), 0);
  at("menu").replaceChildren("Channels", unreadMark(unread) || "");
  at("menu").setAttribute("aria-label", unreadName("Channels", unread) || "Channels");
}

// The drawer

const drawerIsOpen = () => at("menu").getAttribute("aria-expanded") === "true";

function setDrawer(open) {
  if (open === drawerIsOpen()) return;
  at("menu").setAttribute("aria-expanded", open);
  document.body.classList.toggle("drawer", open);
  coverWhatIsBehind();
  (open ? at("side").querySelector("[aria-current]") || at("me") : at("menu")).focus();
}

// What lies behind the drawer, or behind a thread that covers the screen, takes no focus. The landmarks themselves stay.
function coverWhatIsBehind() {
  const thread = narrow.matches && !at("thread").hidden;
  for (const part of document.querySelector("main").children) part.inert = thread || drawerIsOpen();
  at("menu").inert = thread;
}

// On a phone the person and the clock would fill half of the screen, so they go into the drawer.
function fitWidth() {
  if (!narrow.matches) setDrawer(false);
  if (narrow.matches) at("side").insertBefore(at("controls"), at("side").querySelector(".note"));
  else document.querySelector("body > header").append(at("controls"));
  coverWhatIsBehind();
}

at("menu").addEventListener("click", () => setDrawer(!drawerIsOpen()));
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && drawerIsOpen()) setDrawer(false); });
document.addEventListener("pointerdown", (event) => { if (drawerIsOpen() && !event.target.closest("#side, #menu")) setDrawer(false); });
narrow.addEventListener("change", fitWidth);

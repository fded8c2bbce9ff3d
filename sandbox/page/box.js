"use strict";
// The message box, and the list of commands above it while one types a command.

function drawBox(state, channel, empty) {
  const label = "Message " + (channel.im ? botOf(state).name : "#" + channel.name);
  const first = channel.im ? "Try: what is late in section 1?" : "Try /action status 2.3";
  setText(at("say-label"), label);
  at("say").placeholder = empty ? first : label;
}

// The commands that begin with what is typed so far.
function matchingCommands() {
  const typed = at("say").value;
  if (!here.state || !typed.startsWith("/") || typed.includes(" ")) return [];
  return here.state.commands.filter((one) => one.command.startsWith(typed));
}

const commandsShown = () => [...at("hints").children];
const chosenCommand = () => commandsShown().find((one) => one.getAttribute("aria-selected") === "true");

function showCommands() {
  const options = matchingCommands().map((one, index) => el("li", { id: "hint-" + index, role: "option", "aria-selected": "false", "data-command": one.command },
    el("b", {}, one.command), " " + one.about, el("small", {}, one.hint)));
  at("hints").replaceChildren(...options);
  at("hints").hidden = !options.length;
  at("say").setAttribute("aria-expanded", options.length > 0);
  chooseCommand(null);
}

function hideCommands() {
  at("hints").replaceChildren();
  at("hints").hidden = true;
  at("say").setAttribute("aria-expanded", "false");
  chooseCommand(null);
}

function chooseCommand(option) {
  for (const one of commandsShown()) one.setAttribute("aria-selected", one === option);
  if (!option) { at("say").removeAttribute("aria-activedescendant"); return; }
  at("say").setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

// The next command, or the one before; past either end none is chosen.
function stepCommand(by) {
  const shown = commandsShown(), from = shown.indexOf(chosenCommand());
  const to = from < 0 && by < 0 ? shown.length - 1 : from + by;
  chooseCommand(shown[to] || null);
}

function takeCommand(option) {
  at("say").value = option.dataset.command + " ";
  hideCommands();
}

function onBoxKey(event) {
  const shown = commandsShown(), chosen = chosenCommand(), key = event.key;
  const only = key === "Tab" && !event.shiftKey && shown.length === 1 ? shown[0] : null;
  const arrow = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (arrow && shown.length) stepCommand(arrow);
  else if (key === "ArrowDown" && matchingCommands().length) showCommands();
  else if (key === "ArrowUp" && !at("say").value && here.sent.length) at("say").value = here.sent[here.sent.length - 1];
  else if (key === "Escape" && shown.length) hideCommands();
  else if ((key === "Enter" || key === "Tab") && !event.shiftKey && chosen) takeCommand(chosen);
  else if (only) takeCommand(only);
  else return;
  event.preventDefault();
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
  hideCommands();
  await write(files, { channel: here.channel, text });
  at("messages").scrollTop = at("messages").scrollHeight;
}

async function reply(event) {
  event.preventDefault();
  const text = at("thread-say").value.trim();
  at("thread-say").value = "";
  if (!(text || threadFiles.has())) return;
  await write(threadFiles, { channel: here.channel, text, thread: here.thread });
  at("thread-messages").scrollTop = at("thread-messages").scrollHeight;
}

at("say-form").addEventListener("submit", say);
at("say").addEventListener("input", showCommands);
at("say").addEventListener("keydown", onBoxKey);
at("say").addEventListener("blur", hideCommands);
// Pressing on a command must not take the focus out of the box.
at("hints").addEventListener("mousedown", (event) => event.preventDefault());
at("hints").addEventListener("click", (event) => { const option = event.target.closest("li"); if (option) takeCommand(option); });
at("thread-form").addEventListener("submit", reply);

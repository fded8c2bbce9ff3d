"use strict";
// Draws Slack's text and blocks as elements. Text is only ever set as text, so that typed text never becomes markup.

const EMOJI = {
  red_circle: "🔴", large_orange_circle: "🟠", white_circle: "⚪", large_blue_circle: "🔵", large_green_circle: "🟢",
  arrows_counterclockwise: "🔄", grey_question: "❔", white_check_mark: "✅", warning: "⚠️", no_entry: "⛔",
  bell: "🔔", calendar: "📅", memo: "📝", wave: "👋", bar_chart: "📊", rotating_light: "🚨", lock: "🔒",
};

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const unescape = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

// The content of angle brackets in mrkdwn: a person, a channel, a broadcast, a date or a link.
function drawAngled(inner, people, channels) {
  const [target, label] = inner.split("|");
  if (target.startsWith("@")) {
    const person = people[target.slice(1)];
    return el("span", { class: "mention" }, "@" + (person ? person.name : label || target.slice(1)));
  }
  if (target.startsWith("#")) {
    const channel = channels.find((one) => one.id === target.slice(1));
    return el("span", { class: "mention" }, "#" + (channel ? channel.name : label || target.slice(1)));
  }
  if (target.startsWith("!date")) return document.createTextNode(label || target);
  if (target.startsWith("!")) return el("span", { class: "mention ring" }, "@" + (label || target.slice(1)));
  if (!/^(https?:|mailto:)/.test(target)) return document.createTextNode("<" + inner + ">");
  // A link to a message has Slack's own address, which leads nowhere from here.
  const archived = /^https:\/\/[\w-]+\.slack\.com(\/archives\/\S+)$/.exec(target);
  return el("a", { href: archived ? archived[1] : unescape(target), target: "_blank", rel: "noopener noreferrer" }, unescape(label || target));
}

const INLINE = [
  [/^`([^`\n]+)`/, (m) => el("code", {}, unescape(m[1]))],
  [/^<([^<>\n]+)>/, (m, c) => drawAngled(m[1], c.people, c.channels)],
  [/^\*(\S(?:[^*\n]*\S)?)\*(?![\w*])/, (m, c) => el("b", {}, ...mrkdwn(m[1], c))],
  [/^_(\S(?:[^_\n]*\S)?)_(?![\w_])/, (m, c) => el("i", {}, ...mrkdwn(m[1], c))],
  [/^~(\S(?:[^~\n]*\S)?)~(?![\w~])/, (m, c) => el("s", {}, ...mrkdwn(m[1], c))],
  [/^:([a-z0-9_+-]+):/, (m) => EMOJI[m[1]] ? el("span", { role: "img", "aria-label": m[1].replace(/_/g, " ") }, EMOJI[m[1]]) : document.createTextNode(m[0])],
];

function mrkdwn(text, context) {
  const nodes = [];
  let plain = "", rest = text, before = "";
  const flush = () => { if (plain) nodes.push(document.createTextNode(unescape(plain))); plain = ""; };
  while (rest) {
    let found = null;
    for (const [pattern, draw] of INLINE) {
      const match = pattern.exec(rest);
      if (match && !(/^[*_~]/.test(match[0]) && /\w/.test(before))) { found = [match, draw]; break; }
    }
    if (found) {
      flush();
      nodes.push(found[1](found[0], context));
      before = found[0][0].slice(-1);
      rest = rest.slice(found[0][0].length);
    } else {
      before = rest[0]; plain += rest[0]; rest = rest.slice(1);
    }
  }
  flush();
  return nodes;
}

function textOf(object, context) {
  if (!object) return el("span");
  if (object.type === "plain_text") return el("span", { class: "text" }, ...withEmoji(object.text));
  return el("span", { class: "text" }, ...withQuotes(object.text, context));
}

function withEmoji(text) {
  return [document.createTextNode(text.replace(/:([a-z0-9_+-]+):/g, (all, name) => EMOJI[name] || all))];
}

function withQuotes(text, context) {
  const nodes = [];
  text.split("\n").forEach((line, index, all) => {
    if (line.startsWith("&gt;")) nodes.push(el("blockquote", {}, ...mrkdwn(line.slice(4).trim(), context)));
    else nodes.push(...mrkdwn(line, context), ...(index < all.length - 1 ? [document.createTextNode("\n")] : []));
  });
  return nodes;
}

// The parts of rich text that a bot sends: sections, lists and quotes of text, links, emoji and mentions.
function richText(element, context) {
  const inner = (element.elements || []).map((one) => {
    if (one.elements) return richText(one, context);
    if (one.type === "link") return drawAngled(one.url + (one.text ? "|" + one.text : ""), context.people, context.channels);
    if (one.type === "user") return drawAngled("@" + one.user_id, context.people, context.channels);
    if (one.type === "emoji") return document.createTextNode(EMOJI[one.name] || ":" + one.name + ":");
    const style = one.style || {};
    return el(style.bold ? "b" : style.italic ? "i" : style.code ? "code" : "span", {}, one.text || "");
  });
  if (element.type === "rich_text_list") return el(element.style === "ordered" ? "ol" : "ul", {}, ...inner.map((one) => el("li", {}, one)));
  return el(element.type === "rich_text_quote" ? "blockquote" : "div", { class: "text" }, ...inner);
}

// A button, menu or date picker in a message. `press` gets the action in the form in which Slack sends it to the app.
function element(one, context, press) {
  const send = (more) => press({ type: one.type, action_id: one.action_id, ...more });
  const known = { "data-action": one.action_id, "data-value": valueIn(one) };
  if (one.type === "button") {
    const label = one.text.text;
    if (one.url) return el("a", { class: "b", href: one.url, target: "_blank", rel: "noopener" }, label);
    return el("button", {
      type: "button", class: "b " + (one.style || ""), ...known, "aria-label": one.accessibility_label,
      onclick: () => { if (!one.confirm || window.confirm(one.confirm.text.text)) send({ text: one.text, value: one.value }); },
    }, label);
  }
  if (one.type === "overflow") return optionsMenu(one.options.map((option) => [option.text.text, () => send({ selected_option: option })]), moreOptions(context), known);
  if (one.type === "static_select") {
    const menu = el("select", {
      class: "b", ...known, "aria-label": (one.placeholder || { text: "Choose" }).text,
      onchange: () => { if (menu.value) send({ selected_option: one.options[Number(menu.value)] }); },
    }, el("option", { value: "" }, (one.placeholder || { text: "Choose" }).text),
      ...one.options.map((option, index) => el("option", { value: index, selected: same(option, one.initial_option) }, option.text.text)));
    return menu;
  }
  if (one.type === "datepicker") {
    return el("input", { type: "date", class: "b", "aria-label": (one.placeholder || { text: "Choose a date" }).text, value: one.initial_date, ...known, onchange: (event) => send({ selected_date: event.target.value }) });
  }
  if (one.type === "image") return el("img", { src: one.image_url, alt: one.alt_text, height: 20 });
  return textOf(one, context);
}

// What a button or a menu is about, by which it is known again after a redraw.
const valueIn = (one) => one.value || (one.options || []).map((option) => option.value).join(" ");

const moreOptions = (context) => "More options" + (context.subject ? " for " + context.subject : "");

// A button with three dots that opens a list of what can be done: `choices` are labels with their actions.
function optionsMenu(choices, label, known) {
  const menu = el("details", { class: "menu", ...known });
  const close = () => { menu.open = false; menu.querySelector("summary").focus(); };
  const list = el("div", { class: "choices" }, ...choices.map(([text, act]) => el("button", { type: "button", onclick: () => { close(); act(); } }, text)));
  menu.append(el("summary", { class: "b", "aria-label": label, title: label }, "⋯"), list);
  menu.addEventListener("toggle", () => { if (menu.open) keepOnScreen(menu, list); });
  menu.addEventListener("keydown", (event) => { if (event.key === "Escape" && menu.open) { close(); event.stopPropagation(); } });
  menu.addEventListener("focusout", (event) => { if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false; });
  return menu;
}

// A list that would go past the bottom of its place opens upwards if there is room; one past the right edge is moved left.
function keepOnScreen(menu, list) {
  const edge = 8, place = (menu.closest("#messages, #thread-messages, .body") || document.body).getBoundingClientRect();
  list.classList.toggle("up", list.getBoundingClientRect().bottom > place.bottom);
  if (list.getBoundingClientRect().top < place.top) list.classList.remove("up");
  list.style.marginLeft = "";
  const past = list.getBoundingClientRect().right - (document.documentElement.clientWidth - edge);
  if (past > 0) list.style.marginLeft = -past + "px";
  list.scrollIntoView({ block: "nearest" });
}

document.addEventListener("pointerdown", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

const same = (one, other) => Boolean(other) && one.value === other.value;

// Blocks one after the other. A menu is named after the text that it stands below.
function drawBlocks(blocks, context, press) {
  let subject = "";
  return blocks.map((one) => {
    if ((one.type === "section" || one.type === "header") && one.text) subject = subjectOf(one.text, context);
    return block(one, { ...context, subject }, press);
  });
}

const SUBJECT = 60;

function subjectOf(text, context) {
  // The coloured circle at the beginning of a line says a status, not what the line is about.
  const first = textOf(text, context).textContent.split("\n")[0].replace(/^[^\p{L}\p{N}]+/u, "").trim();
  return first.length > SUBJECT ? first.slice(0, SUBJECT) + "…" : first;
}

function block(one, context, press) {
  const act = (action) => press(one.block_id || "", action);
  const wrap = (...inner) => el("div", { class: "block " + one.type }, ...inner);
  switch (one.type) {
    case "header": return wrap(el("h3", {}, textOf(one.text, context)));
    case "divider": return wrap();
    case "section": return wrap(
      el("div", {}, one.text ? textOf(one.text, context) : null,
        one.fields ? el("div", { class: "fields" }, ...one.fields.map((field) => textOf(field, context))) : null),
      one.accessory ? element(one.accessory, context, act) : null);
    case "context": return wrap(...one.elements.map((inner) => element(inner, context, act)));
    case "actions": return wrap(...one.elements.map((inner) => element(inner, context, act)));
    case "image": return wrap(el("img", { src: one.image_url, alt: one.alt_text }));
    case "rich_text": return wrap(...one.elements.map((inner) => richText(inner, context)));
    case "markdown": return wrap(el("div", { class: "text" }, one.text));
    case "table": return wrap(scrolling("Table", el("table", {}, ...one.rows.map((row, index) => el("tr", {}, ...row.map((cell) => el(index || !cell.text ? "td" : "th", {}, cell.text || "")))))));
    case "data_table": return wrap(dataTable(one));
    case "data_visualization": return wrap(chart(one, context.room));
    case "input": return field(one, context);
    default: return wrap(el("em", {}, "[" + one.type + "]"));
  }
}

// A table with a caption and all its rows. Slack also pages and sorts them.
function dataTable(one) {
  const [head, ...rows] = one.rows;
  return scrolling(one.caption, el("table", { "aria-label": one.caption }, el("caption", {}, one.caption),
    el("thead", {}, el("tr", {}, ...head.map((cell) => el("th", { scope: "col" }, cell.text)))),
    el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((cell) => el("td", { class: cell.type }, cell.text)))))));
}

// What is wider than the screen scrolls in a region of its own, which the keyboard can reach.
function scrolling(label, inner) {
  return el("div", { class: "scroll", role: "region", tabindex: 0, "data-label": label, "aria-label": label }, inner);
}

// Regions of one name cannot be told apart in a list of them, so all after the first get a number.
function nameTables() {
  const counts = new Map();
  for (const region of document.querySelectorAll(".scroll")) {
    const label = region.dataset.label, count = (counts.get(label) || 0) + 1;
    counts.set(label, count);
    region.setAttribute("aria-label", count > 1 ? label + " (" + count + ")" : label);
  }
}

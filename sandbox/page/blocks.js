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
  text.split("\n").forEach((line, at, all) => {
    if (line.startsWith("&gt;")) nodes.push(el("blockquote", {}, ...mrkdwn(line.slice(4).trim(), context)));
    else nodes.push(...mrkdwn(line, context), ...(at < all.length - 1 ? [document.createTextNode("\n")] : []));
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
  if (one.type === "button") {
    const label = one.text.text;
    if (one.url) return el("a", { class: "b", href: one.url, target: "_blank", rel: "noopener" }, label);
    return el("button", {
      type: "button", class: "b " + (one.style || ""), "data-action": one.action_id, "aria-label": one.accessibility_label,
      onclick: () => { if (!one.confirm || window.confirm(one.confirm.text.text)) send({ text: one.text, value: one.value }); },
    }, label);
  }
  if (one.type === "overflow") return optionsMenu(one.options.map((option) => [option.text.text, () => send({ selected_option: option })]), "More options", one.action_id);
  if (one.type === "static_select") {
    const menu = el("select", {
      class: "b", "data-action": one.action_id, "aria-label": (one.placeholder || { text: "Choose" }).text,
      onchange: () => { if (menu.value) send({ selected_option: one.options[Number(menu.value)] }); },
    }, el("option", { value: "" }, (one.placeholder || { text: "Choose" }).text),
      ...one.options.map((option, at) => el("option", { value: at, selected: same(option, one.initial_option) }, option.text.text)));
    return menu;
  }
  if (one.type === "datepicker") {
    return el("input", { type: "date", class: "b", "aria-label": (one.placeholder || { text: "Choose a date" }).text, value: one.initial_date, "data-action": one.action_id, onchange: (event) => send({ selected_date: event.target.value }) });
  }
  if (one.type === "image") return el("img", { src: one.image_url, alt: one.alt_text, height: 20 });
  return textOf(one, context);
}

// A button with three dots that opens a list of what can be done: `choices` are labels with their actions.
function optionsMenu(choices, label, actionId) {
  const menu = el("details", { class: "menu", "data-action": actionId });
  const close = () => { menu.open = false; menu.querySelector("summary").focus(); };
  menu.append(el("summary", { class: "b", "aria-label": label, title: label }, "⋯"),
    el("div", { class: "choices" }, ...choices.map(([text, act]) => el("button", { type: "button", onclick: () => { close(); act(); } }, text))));
  menu.addEventListener("keydown", (event) => { if (event.key === "Escape" && menu.open) { close(); event.stopPropagation(); } });
  menu.addEventListener("focusout", (event) => { if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false; });
  return menu;
}

const same = (one, other) => Boolean(other) && one.value === other.value;

function block(one, context, press) {
  const act = (action) => press(one.block_id || "", action);
  const wrap = (...inner) => el("div", { class: "block " + one.type }, ...inner);
  switch (one.type) {
    case "header": return wrap(textOf(one.text, context));
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
    case "table": return wrap(el("table", {}, ...one.rows.map((row, at) => el("tr", {}, ...row.map((cell) => el(at ? "td" : "th", {}, cell.text || ""))))));
    case "data_table": return wrap(dataTable(one));
    case "data_visualization": return wrap(chart(one));
    case "input": return field(one, context);
    default: return wrap(el("em", {}, "[" + one.type + "]"));
  }
}

// A table with a caption and all its rows. Slack also pages and sorts them.
function dataTable(one) {
  const [head, ...rows] = one.rows;
  return el("table", { "aria-label": one.caption }, el("caption", {}, one.caption),
    el("thead", {}, el("tr", {}, ...head.map((cell) => el("th", { scope: "col" }, cell.text)))),
    el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((cell) => el("td", { class: cell.type }, cell.text))))));
}

const SVG = "http://www.w3.org/2000/svg";
const COLOURS = ["#1d4f91", "#b3541e", "#3d7a3d", "#7a3d7a", "#555555", "#8a6d00"];

function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// A plain line or bar chart with the same facts as Slack's.
function chart(one) {
  const { series, axis_config: axes, type } = one.chart, names = axes.categories;
  const values = series.flatMap((line) => line.data.map((point) => point.value));
  const low = Math.min(0, ...values), high = Math.max(...values, low + 1);
  const width = 560, height = 220, left = 44, top = 10, plotWidth = width - left - 10, plotHeight = height - top - 34;
  const x = (at) => left + plotWidth * (names.length > 1 && type !== "bar" ? at / (names.length - 1) : (at + 0.5) / names.length);
  const y = (value) => top + plotHeight * (1 - (value - low) / (high - low));
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": one.title });
  for (const value of [low, (low + high) / 2, high]) {
    drawing.append(svg("line", { x1: left, x2: width - 10, y1: y(value), y2: y(value), class: "grid" }),
      svg("text", { x: left - 4, y: y(value) + 4, "text-anchor": "end" }, String(Math.round(value * 10) / 10)));
  }
  const step = Math.ceil(names.length / 6);
  names.forEach((name, at) => { if (at % step === 0) drawing.append(svg("text", { x: x(at), y: height - 14, "text-anchor": at && at === names.length - 1 ? "end" : "middle" }, name)); });
  series.forEach((line, place) => {
    const colour = COLOURS[place % COLOURS.length];
    const value = (name) => line.data.find((point) => point.label === name).value;
    if (type === "bar" && place === 0) {
      names.forEach((name, at) => drawing.append(svg("rect", { x: x(at) - 14, width: 28, y: Math.min(y(value(name)), y(0)), height: Math.abs(y(0) - y(value(name))), fill: colour })));
    } else {
      const path = names.map((name, at) => `${x(at)},${y(value(name))}`).join(" ");
      drawing.append(svg("polyline", { points: names.length > 1 ? path : `${left},${y(value(names[0]))} ${width - 10},${y(value(names[0]))}`, fill: "none", stroke: colour, "stroke-width": 2, "stroke-dasharray": place ? "5 4" : "none" }));
    }
  });
  const legend = el("div", { class: "legend" }, ...series.map((line, place) => el("span", { style: `color:${COLOURS[place % COLOURS.length]}` }, (place ? "- - " : "— ") + line.name)));
  return el("figure", {}, el("figcaption", {}, one.title), drawing, legend);
}

// A field of a form. `valueOf` reads its value.
function field(one, context) {
  const inner = one.element, id = "f-" + one.block_id;
  const placeholder = inner.placeholder ? inner.placeholder.text : null;
  const label = el("label", { for: id }, one.label.text, one.optional ? el("small", {}, " (optional)") : null);
  let control;
  if (inner.type === "static_select") {
    control = el("select", { id, required: !one.optional },
      el("option", { value: "" }, placeholder || "Choose"),
      ...inner.options.map((option, at) => el("option", { value: at, selected: same(option, inner.initial_option) }, option.text.text)));
  } else if (inner.type === "radio_buttons" || inner.type === "checkboxes") {
    const kind = inner.type === "checkboxes" ? "checkbox" : "radio";
    control = el("fieldset", { id, "aria-label": one.label.text }, ...inner.options.map((option, at) => el("label", {}, el("input", { type: kind, name: id, value: at, checked: same(option, inner.initial_option) }), " " + option.text.text)));
  } else if (inner.type === "datepicker") {
    control = el("input", { type: "date", id, value: inner.initial_date, required: !one.optional });
  } else if (inner.multiline) {
    control = el("textarea", { id, placeholder, required: !one.optional, maxlength: inner.max_length }, inner.initial_value || "");
  } else {
    control = el("input", { id, type: "text", inputmode: inner.type === "url_text_input" ? "url" : "text", placeholder, required: !one.optional, maxlength: inner.max_length, value: inner.initial_value });
  }
  return el("div", { class: "field", "data-block": one.block_id }, label, control,
    one.hint ? el("small", {}, one.hint.text) : null, el("p", { class: "error", role: "alert" }));
}

function valueOf(one) {
  const inner = one.element, control = document.getElementById("f-" + one.block_id);
  const chosen = (at) => (at === "" || at === undefined ? null : inner.options[Number(at)]);
  if (inner.type === "static_select") return { type: inner.type, selected_option: chosen(control.value) };
  if (inner.type === "radio_buttons") return { type: inner.type, selected_option: chosen((control.querySelector(":checked") || {}).value) };
  if (inner.type === "checkboxes") return { type: inner.type, selected_options: [...control.querySelectorAll(":checked")].map((box) => chosen(box.value)) };
  if (inner.type === "datepicker") return { type: inner.type, selected_date: control.value || null };
  return { type: inner.type, value: control.value || null };
}

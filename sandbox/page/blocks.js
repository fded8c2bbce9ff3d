"use strict";
// Slack's text and blocks as elements. Text is only ever set as text: what somebody typed never becomes markup.

const EMOJI = {
  red_circle: "🔴", large_orange_circle: "🟠", white_circle: "⚪", large_blue_circle: "🔵", large_green_circle: "🟢",
  arrows_counterclockwise: "🔄", grey_question: "❔", white_check_mark: "✅", warning: "⚠️", no_entry: "⛔",
  bell: "🔔", calendar: "📅", memo: "📝", wave: "👋", bar_chart: "📊", rotating_light: "🚨", lock: "🔒",
};

function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const unescape = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

// One <…> of mrkdwn: a person, a channel, a broadcast, a date or a link.
function angled(inner, people, channels) {
  const [what, label] = inner.split("|");
  if (what.startsWith("@")) {
    const person = people[what.slice(1)];
    return el("span", { class: "mention" }, "@" + (person ? person.name : label || what.slice(1)));
  }
  if (what.startsWith("#")) {
    const channel = channels.find((one) => one.id === what.slice(1));
    return el("span", { class: "mention" }, "#" + (channel ? channel.name : label || what.slice(1)));
  }
  if (what.startsWith("!date")) return document.createTextNode(label || what);
  if (what.startsWith("!")) return el("span", { class: "mention ring" }, "@" + (label || what.slice(1)));
  if (!/^(https?:|mailto:)/.test(what)) return document.createTextNode("<" + inner + ">");
  return el("a", { href: unescape(what), target: "_blank", rel: "noopener noreferrer" }, unescape(label || what));
}

const INLINE = [
  [/^`([^`\n]+)`/, (m) => el("code", {}, unescape(m[1]))],
  [/^<([^<>\n]+)>/, (m, c) => angled(m[1], c.people, c.channels)],
  [/^\*(\S(?:[^*\n]*\S)?)\*(?![\w*])/, (m, c) => el("b", {}, ...mrkdwn(m[1], c))],
  [/^_(\S(?:[^_\n]*\S)?)_(?![\w_])/, (m, c) => el("i", {}, ...mrkdwn(m[1], c))],
  [/^~(\S(?:[^~\n]*\S)?)~(?![\w~])/, (m, c) => el("s", {}, ...mrkdwn(m[1], c))],
  [/^:([a-z0-9_+-]+):/, (m) => EMOJI[m[1]] ? el("span", { role: "img", "aria-label": m[1].replace(/_/g, " ") }, EMOJI[m[1]]) : document.createTextNode(m[0])],
];

function mrkdwn(text, known) {
  const nodes = [];
  let plain = "", rest = text, before = "";
  const flush = () => { if (plain) nodes.push(document.createTextNode(unescape(plain))); plain = ""; };
  while (rest) {
    let found = null;
    for (const [form, make] of INLINE) {
      const match = form.exec(rest);
      if (match && !(/^[*_~]/.test(match[0]) && /\w/.test(before))) { found = [match, make]; break; }
    }
    if (found) {
      flush();
      nodes.push(found[1](found[0], known));
      before = found[0][0].slice(-1);
      rest = rest.slice(found[0][0].length);
    } else {
      before = rest[0]; plain += rest[0]; rest = rest.slice(1);
    }
  }
  flush();
  return nodes;
}

function textOf(object, known) {
  if (!object) return el("span");
  if (object.type === "plain_text") return el("span", { class: "text" }, ...mrkdwnEmojiOnly(object.text));
  return el("span", { class: "text" }, ...quoted(object.text, known));
}

function mrkdwnEmojiOnly(text) {
  return [document.createTextNode(text.replace(/:([a-z0-9_+-]+):/g, (all, name) => EMOJI[name] || all))];
}

function quoted(text, known) {
  const out = [];
  text.split("\n").forEach((line, at, all) => {
    if (line.startsWith("&gt;")) out.push(el("blockquote", {}, ...mrkdwn(line.slice(4).trim(), known)));
    else out.push(...mrkdwn(line, known), ...(at < all.length - 1 ? [document.createTextNode("\n")] : []));
  });
  return out;
}

// Rich text, as far as a bot sends it: sections and lists of text, links and mentions.
function rich(element, known) {
  const inner = (element.elements || []).map((one) => {
    if (one.elements) return rich(one, known);
    if (one.type === "link") return angled(one.url + (one.text ? "|" + one.text : ""), known.people, known.channels);
    if (one.type === "user") return angled("@" + one.user_id, known.people, known.channels);
    if (one.type === "emoji") return document.createTextNode(EMOJI[one.name] || ":" + one.name + ":");
    const style = one.style || {};
    return el(style.bold ? "b" : style.italic ? "i" : style.code ? "code" : "span", {}, one.text || "");
  });
  if (element.type === "rich_text_list") return el(element.style === "ordered" ? "ol" : "ul", {}, ...inner.map((one) => el("li", {}, one)));
  return el(element.type === "rich_text_quote" ? "blockquote" : "div", { class: "text" }, ...inner);
}

// A button or menu in a message. `press` is told the action as Slack tells it to the app.
function element(one, known, press) {
  const send = (more) => press({ type: one.type, action_id: one.action_id, ...more });
  if (one.type === "button") {
    const label = one.text.text;
    if (one.url) return el("a", { class: "b", href: one.url, target: "_blank", rel: "noopener" }, label);
    return el("button", {
      type: "button", class: "b " + (one.style || ""), "data-action": one.action_id, "aria-label": one.accessibility_label,
      onclick: () => { if (!one.confirm || window.confirm(one.confirm.text.text)) send({ text: one.text, value: one.value }); },
    }, label);
  }
  if (one.type === "static_select" || one.type === "overflow") {
    const menu = el("select", {
      class: "b", "data-action": one.action_id, "aria-label": one.type === "overflow" ? "More" : (one.placeholder || { text: "Choose" }).text,
      onchange: () => { if (menu.value) send({ selected_option: one.options[Number(menu.value)] }); },
    }, el("option", { value: "" }, one.type === "overflow" ? "⋯" : (one.placeholder || { text: "Choose" }).text),
      ...one.options.map((option, at) => el("option", { value: at, selected: same(option, one.initial_option) }, option.text.text)));
    return menu;
  }
  if (one.type === "datepicker") {
    return el("input", { type: "date", class: "b", value: one.initial_date, "data-action": one.action_id, onchange: (event) => send({ selected_date: event.target.value }) });
  }
  if (one.type === "image") return el("img", { src: one.image_url, alt: one.alt_text, height: 20 });
  return textOf(one, known);
}

const same = (one, other) => Boolean(other) && one.value === other.value;

function block(one, known, press) {
  const act = (action) => press(one.block_id || "", action);
  const wrap = (...inner) => el("div", { class: "block " + one.type }, ...inner);
  switch (one.type) {
    case "header": return wrap(textOf(one.text, known));
    case "divider": return wrap();
    case "section": return wrap(
      el("div", {}, one.text ? textOf(one.text, known) : null,
        one.fields ? el("div", { class: "fields" }, ...one.fields.map((field) => textOf(field, known))) : null),
      one.accessory ? element(one.accessory, known, act) : null);
    case "context": return wrap(...one.elements.map((inner) => element(inner, known, act)));
    case "actions": return wrap(...one.elements.map((inner) => element(inner, known, act)));
    case "image": return wrap(el("img", { src: one.image_url, alt: one.alt_text }));
    case "rich_text": return wrap(...one.elements.map((inner) => rich(inner, known)));
    case "markdown": return wrap(el("div", { class: "text" }, one.text));
    case "table": return wrap(el("table", {}, ...one.rows.map((row, at) => el("tr", {}, ...row.map((cell) => el(at ? "td" : "th", {}, cell.text || ""))))));
    case "data_table": return wrap(dataTable(one));
    case "data_visualization": return wrap(chart(one));
    case "input": return field(one, known);
    default: return wrap(el("em", {}, "[" + one.type + "]"));
  }
}

// A table with a caption and as many rows as there are; Slack pages and sorts them.
function dataTable(one) {
  const [head, ...rows] = one.rows;
  return el("table", { "aria-label": one.caption }, el("caption", {}, one.caption),
    el("thead", {}, el("tr", {}, ...head.map((cell) => el("th", { scope: "col" }, cell.text)))),
    el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((cell) => el("td", { class: cell.type }, cell.text))))));
}

const SVG = "http://www.w3.org/2000/svg";
const INKS = ["#1d4f91", "#b3541e", "#3d7a3d", "#7a3d7a", "#555555", "#8a6d00"];

function svg(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// A line or bar chart, as plain as it tells: Slack's own is prettier.
function chart(one) {
  const { series, axis_config: axes, type } = one.chart, names = axes.categories;
  const all = series.flatMap((many) => many.data.map((point) => point.value));
  const low = Math.min(0, ...all), high = Math.max(...all, low + 1);
  const width = 560, height = 220, left = 44, top = 10, wide = width - left - 10, tall = height - top - 34;
  const x = (at) => left + wide * (names.length > 1 && type !== "bar" ? at / (names.length - 1) : (at + 0.5) / names.length);
  const y = (value) => top + tall * (1 - (value - low) / (high - low));
  const drawn = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": one.title });
  for (const value of [low, (low + high) / 2, high]) {
    drawn.append(svg("line", { x1: left, x2: width - 10, y1: y(value), y2: y(value), class: "grid" }),
      svg("text", { x: left - 4, y: y(value) + 4, "text-anchor": "end" }, String(Math.round(value * 10) / 10)));
  }
  const step = Math.ceil(names.length / 6);
  names.forEach((name, at) => { if (at % step === 0) drawn.append(svg("text", { x: x(at), y: height - 14, "text-anchor": at && at === names.length - 1 ? "end" : "middle" }, name)); });
  series.forEach((many, place) => {
    const ink = INKS[place % INKS.length];
    const value = (name) => many.data.find((point) => point.label === name).value;
    if (type === "bar" && place === 0) {
      names.forEach((name, at) => drawn.append(svg("rect", { x: x(at) - 14, width: 28, y: Math.min(y(value(name)), y(0)), height: Math.abs(y(0) - y(value(name))), fill: ink })));
    } else {
      const path = names.map((name, at) => `${x(at)},${y(value(name))}`).join(" ");
      drawn.append(svg("polyline", { points: names.length > 1 ? path : `${left},${y(value(names[0]))} ${width - 10},${y(value(names[0]))}`, fill: "none", stroke: ink, "stroke-width": 2, "stroke-dasharray": place ? "5 4" : "none" }));
    }
  });
  const legend = el("div", { class: "legend" }, ...series.map((many, place) => el("span", { style: `color:${INKS[place % INKS.length]}` }, (place ? "- - " : "— ") + many.name)));
  return el("figure", {}, el("figcaption", {}, one.title), drawn, legend);
}

// A field of a form. Its value is read back by `valueOf`.
function field(one, known) {
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
    control = el("fieldset", { id }, ...inner.options.map((option, at) => el("label", {}, el("input", { type: kind, name: id, value: at, checked: same(option, inner.initial_option) }), " " + option.text.text)));
  } else if (inner.type === "datepicker") {
    control = el("input", { type: "date", id, value: inner.initial_date, required: !one.optional });
  } else if (inner.multiline) {
    control = el("textarea", { id, placeholder, required: !one.optional, maxlength: inner.max_length }, inner.initial_value || "");
  } else {
    control = el("input", { id, type: "text", inputmode: inner.type === "url_text_input" ? "url" : "text", placeholder, required: !one.optional, maxlength: inner.max_length, value: inner.initial_value });
  }
  return el("div", { class: "field", "data-block": one.block_id }, label, control,
    one.hint ? el("small", {}, one.hint.text) : null, el("p", { class: "bad", role: "alert" }));
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

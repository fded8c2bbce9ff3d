"use strict";
// Forms: the dialog, its fields, and what is sent from them.

function drawModal(state) {
  const modal = at("modal"), view = state.view;
  if (!view) { closeModal(modal); return; }
  const look = JSON.stringify(view);
  if (modal.look === look) return;
  const same = modal.dataset.view === view.id, typed = same ? typedIn(modal) : new Map(), focused = same && at(document.activeElement.id);
  modal.look = look;
  modal.dataset.view = view.id;
  modal.replaceChildren(drawForm(view, contextOf(state, false)));
  typeAgain(modal, typed);
  if (!modal.open) { modal.returnFocus = rememberFocus(); modal.showModal(); }
  const first = (focused && at(focused.id)) || modal.querySelector("select, input, textarea");
  if (first) first.focus();
}

// The browser itself brings focus back only to an element that was not redrawn in the meantime.
function closeModal(modal) {
  modal.look = modal.dataset.view = "";
  if (!modal.open) return;
  modal.close();
  modal.replaceChildren();
  modal.returnFocus();
}

// What is typed or ticked in a form that the app changes while it is open. Only what can be ticked has a name.
const controlsOf = (modal) => [...modal.querySelectorAll("select, textarea, input")];
const controlKey = (one) => (one.name ? one.name + " " + one.value : one.id);
const typedIn = (modal) => new Map(controlsOf(modal).map((one) => [controlKey(one), one.name ? one.checked : one.value]));

function typeAgain(modal, typed) {
  for (const one of controlsOf(modal)) {
    if (typed.has(controlKey(one))) one[one.name ? "checked" : "value"] = typed.get(controlKey(one));
  }
}

function drawForm(view, context) {
  return el("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); submit(view); } },
    el("h2", { id: "modal-title" }, view.title.text),
    el("div", { class: "body" }, ...drawBlocks(view.blocks, context, () => {})),
    el("p", { class: "error", role: "alert", id: "modal-error" }),
    el("div", { class: "foot" },
      el("button", { type: "button", class: "b", onclick: () => post("close", { view: view.id }) }, (view.close || { text: "Cancel" }).text),
      view.submit ? el("button", { type: "submit", class: "b primary" }, view.submit.text) : null));
}

async function submit(view) {
  const values = {};
  let missing = false;
  for (const one of view.blocks.filter((inner) => inner.type === "input")) {
    const value = valueOf(one), empty = Object.entries(value).every(([name, content]) => name === "type" || content === null || content.length === 0);
    showError(one.block_id, empty && !one.optional ? "Fill in this field." : "");
    missing = missing || (empty && !one.optional);
    values[one.block_id] = { [one.element.action_id]: value };
  }
  if (missing) { focusFirstError(); return; }
  const result = await post("submit", { view: view.id, values });
  for (const [blockId, text] of Object.entries(result.errors || {})) showError(blockId, text);
  focusFirstError();
}

function focusFirstError() {
  const error = at("modal").querySelector(".field .error:not(:empty)");
  if (error) error.closest(".field").querySelector("select, input, textarea").focus();
}

function showError(blockId, text) {
  const error = document.querySelector('.field[data-block="' + blockId + '"] .error') || at("modal-error");
  if (error) error.textContent = text;
}

at("modal").addEventListener("cancel", (event) => { event.preventDefault(); if (here.state.view) post("close", { view: here.state.view.id }); });

// A field of a form. `valueOf` reads its value.
function field(one, context) {
  const inner = one.element, id = "f-" + one.block_id;
  const placeholder = inner.placeholder ? inner.placeholder.text : null;
  const label = el("label", { for: id }, one.label.text, one.optional ? el("small", {}, " (optional)") : null);
  let control;
  if (inner.type === "static_select") {
    control = el("select", { id, required: !one.optional },
      el("option", { value: "" }, placeholder || "Choose"),
      ...inner.options.map((option, index) => el("option", { value: index, selected: same(option, inner.initial_option) }, option.text.text)));
  } else if (inner.type === "radio_buttons" || inner.type === "checkboxes") {
    const kind = inner.type === "checkboxes" ? "checkbox" : "radio";
    control = el("fieldset", { id, "aria-label": one.label.text }, ...inner.options.map((option, index) => el("label", {}, el("input", { type: kind, name: id, value: index, checked: same(option, inner.initial_option) }), " " + option.text.text)));
  } else if (inner.type === "datepicker") {
    control = el("input", { type: "date", id, value: inner.initial_date, required: !one.optional });
  } else if (inner.multiline) {
    control = el("textarea", { id, placeholder, required: !one.optional, maxlength: inner.max_length }, inner.initial_value || "");
  } else {
    control = el("input", { id, type: "text", inputmode: inner.type === "url_text_input" ? "url" : "text", placeholder, required: !one.optional, maxlength: inner.max_length, value: inner.initial_value });
  }
  control.setAttribute("aria-describedby", id + "-hint " + id + "-error");
  return el("div", { class: "field", "data-block": one.block_id }, label, control,
    el("small", { id: id + "-hint" }, one.hint ? one.hint.text : ""), el("p", { class: "error", role: "alert", id: id + "-error" }));
}

function valueOf(one) {
  const inner = one.element, control = document.getElementById("f-" + one.block_id);
  const chosen = (index) => (index === "" || index === undefined ? null : inner.options[Number(index)]);
  if (inner.type === "static_select") return { type: inner.type, selected_option: chosen(control.value) };
  if (inner.type === "radio_buttons") return { type: inner.type, selected_option: chosen((control.querySelector(":checked") || {}).value) };
  if (inner.type === "checkboxes") return { type: inner.type, selected_options: [...control.querySelectorAll(":checked")].map((box) => chosen(box.value)) };
  if (inner.type === "datepicker") return { type: inner.type, selected_date: control.value || null };
  return { type: inner.type, value: control.value || null };
}

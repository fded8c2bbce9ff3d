"use strict";
// Redraws parts of the page, and keeps focus, open menus and typed text where they are.

const CONTROLS = "a[href], button, input, select, summary, textarea, [tabindex='0']";
const controlsIn = (part) => [...part.querySelectorAll(CONTROLS)];

// Fill a container with parts `{ id, look, draw }`. A part that looks as it did keeps its element.
function fill(container, parts) {
  const place = placeOf(document.activeElement, container);
  const before = new Map([...container.children].map((node) => [node.dataset.part, node]));
  const nodes = parts.map((part) => drawPart(part, before.get(part.id)));
  const wanted = new Set(nodes);
  // A node that is moved loses its focus, so the others are taken away around it.
  for (const node of [...container.children]) if (!wanted.has(node)) node.remove();
  nodes.forEach((node, index) => { if (container.children[index] !== node) container.insertBefore(node, container.children[index] || null); });
  if (place && !container.contains(document.activeElement)) returnTo(place);
}

function drawPart({ id, look, draw }, old) {
  if (old && old.look === look) return old;
  const node = draw();
  node.dataset.part = id;
  node.look = look;
  if (old) for (const menu of old.querySelectorAll("details[open]")) reopen(menu, node);
  return node;
}

function reopen(menu, part) {
  const same = [...part.querySelectorAll("details")].find((other) => tagOf(other) === tagOf(menu));
  if (same) same.open = true;
}

// What a control does, by which it is known again: its action, and what that is about.
function tagOf(control) {
  const owner = control.closest("[data-action]");
  if (!owner) return "";
  return [owner.dataset.action, owner.dataset.value || "", owner === control ? "" : control.textContent].join("\n");
}

// The number at the end of an action's ID is that of a row, which another row has after a redraw.
const kindOf = (control) => tagOf(control).split("\n")[0].replace(/_\d+$/, "");
const countKind = (controls, kind) => controls.filter((one) => kindOf(one) === kind).length;

// Where a control is; null outside of the container.
function placeOf(control, container) {
  const part = control && control !== container && container.contains(control) ? control.closest("[data-part]") : null;
  if (!part) return null;
  const controls = controlsIn(part), kind = kindOf(control);
  return {
    container, control, part: part.dataset.part, row: [...container.children].indexOf(part),
    index: controls.indexOf(control), count: controls.length, tag: tagOf(control), kind, only: countKind(controls, kind) === 1,
  };
}

// The control of a place after a redraw. A control that only moved up to there would do something else.
function findControl(place, part) {
  const controls = controlsIn(part);
  const same = place.tag && controls.find((one) => tagOf(one) === place.tag);
  const only = place.kind && place.only && countKind(controls, place.kind) === 1;
  return same || (only && controls.find((one) => kindOf(one) === place.kind)) ||
    (controls.length === place.count && controls[place.index]) || null;
}

// Move focus to where it was: to the same control, else to its message, else to what is there now.
function returnTo(place) {
  const parts = [...place.container.children];
  const part = parts.find((node) => node.dataset.part === place.part);
  const control = part && place.index >= 0 ? findControl(place, part) : null;
  if (control) carryText(place.control, control);
  const target = [control, part, parts[place.row], parts[place.row - 1], place.container].find((node) => node && focusOn(node));
  if (!target) at("say").focus();
}

function focusOn(node) {
  node.focus({ preventScroll: true });
  return document.activeElement === node;
}

function carryText(from, to) {
  if (!to.matches("input, textarea") || from === to) return;
  to.value = from.value;
}

// Remember where focus is, and return a function that brings it back there.
function rememberFocus() {
  const control = document.activeElement;
  const part = control.closest("[data-part]");
  const place = part ? placeOf(control, part.parentElement) : null;
  return () => {
    if (control !== document.body && control.isConnected && focusOn(control)) return;
    if (place) returnTo(place); else at("say").focus();
  };
}

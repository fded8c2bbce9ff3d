"use strict";
// Files: attached to a message by a button or by dragging, and shown in the message.

function sizeOf(bytes) {
  if (bytes < 1000) return bytes + (bytes === 1 ? " byte" : " bytes");
  return bytes < 1000000 ? Math.round(bytes / 1000) + " KB" : (bytes / 1000000).toFixed(1) + " MB";
}

// A file in a message, to download.
function fileChip(file) {
  if (file.deleted) return el("p", { class: "file" }, "This file was deleted.");
  return el("a", { class: "file", href: "/ui/files/" + file.id, download: file.name }, el("b", {}, file.name), el("small", {}, sizeOf(file.size)));
}

// Let a form take a file, by its button or dropped anywhere around the form. `take` gives the file away.
function attachments(form, id) {
  const area = form.parentElement, text = form.querySelector("input");
  const input = el("input", { type: "file", id, hidden: true, onchange: () => { attach(input.files); input.value = ""; } });
  const row = el("div", { class: "attached", role: "status" });
  const hint = el("p", { class: "drop-hint", hidden: true }, "Drop the file to attach it");
  let attached = null;

  function show(file) {
    attached = file;
    const remove = () => { show(null); text.focus(); };
    row.replaceChildren(...(file ? [el("b", {}, file.name), el("small", {}, sizeOf(file.size)), el("button", { type: "button", class: "b", onclick: remove }, "Remove")] : []));
  }

  function attach(files) {
    if (!files.length) return;
    show(files[0]);
    at("error").textContent = files.length > 1 ? "You can send one file at a time. “" + files[0].name + "” is attached." : "";
    text.focus();
  }

  const takes = (event) => !form.hidden && event.dataTransfer.types.includes("Files");
  area.addEventListener("dragover", (event) => { if (takes(event)) { event.preventDefault(); hint.hidden = false; } });
  area.addEventListener("dragleave", (event) => { if (!area.contains(event.relatedTarget)) hint.hidden = true; });
  area.addEventListener("drop", (event) => { hint.hidden = true; if (takes(event)) { event.preventDefault(); attach(event.dataTransfer.files); } });
  text.before(input, row);
  text.after(el("button", { type: "button", class: "b", onclick: () => input.click() }, "Attach a file"));
  area.append(hint);
  return { has: () => attached !== null, take: () => { const file = attached; show(null); return file; }, show };
}

// A file dropped elsewhere would replace the page.
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => { if (event.dataTransfer.types.includes("Files")) event.preventDefault(); });
}

"use strict";
// Charts, drawn as Slack draws them: a line over time or bars side by side, with lines to compare them with.

const SVG = "http://www.w3.org/2000/svg";
const COLOURS = 6;

function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const number = (value) => value.toLocaleString("en-GB", { maximumFractionDigits: 1 });

// How wide a label of a chart is, in the font in which it is drawn.
function labelWidth(text) {
  const pen = labelWidth.pen = labelWidth.pen || document.createElement("canvas").getContext("2d");
  pen.font = "11px Liberation Sans, Lato, Arial, sans-serif";
  return pen.measureText(text).width;
}

// A plain line or bar chart with the same facts as Slack's, `room` pixels wide.
function chart(one, room = 560) {
  const { series, axis_config: axes, type } = one.chart, names = axes.categories;
  if (names.length < 2) return el("figure", {}, el("figcaption", {}, one.title), el("p", {}, onlyValue(series, names)));
  const plot = plotOf(series, names, type === "bar", Math.max(room, 220));
  const drawing = svg("svg", { viewBox: `0 0 ${plot.width} ${plot.height}`, role: "img", "aria-label": one.title }, ...drawAxes(plot, names));
  series.forEach((line, place) => drawing.append(...(type === "bar" && place === 0 ? drawBars(plot, line, names) : drawLine(plot, line, names, place))));
  const mark = (place) => (type === "bar" && place === 0 ? "■ " : place ? "- - " : "— ");
  const legend = el("div", { class: "legend" }, ...series.map((line, place) => el("span", { class: "series-" + (place % COLOURS) }, mark(place) + line.name)));
  return el("figure", { style: `max-width: ${plot.width}px` }, el("figcaption", {}, one.title), drawing, legend);
}

// One value alone is no chart: it shows no change and compares nothing.
function onlyValue(series, names) {
  const values = series.map((line) => [line.name, pointOf(line, names[0])]).filter(([, value]) => value !== undefined);
  return `There is only one value. ${names[0] || ""}: ` + values.map(([name, value]) => (values.length > 1 ? name + " " : "") + number(value)).join(", ") + ".";
}

const pointOf = (line, name) => (line.data.find((point) => point.label === name) || {}).value;

// The scales of a chart, with enough room beside it for its labels.
function plotOf(series, names, bars, width) {
  const values = series.flatMap((line) => line.data.map((point) => point.value));
  const low = Math.min(0, ...values), high = Math.max(...values, low + 1), ticks = [low, (low + high) / 2, high];
  const height = 230, top = 12, bottom = 40, half = Math.max(...names.flatMap(linesOf).map(labelWidth)) / 2;
  const left = Math.max(half, ...ticks.map((tick) => labelWidth(number(tick)))) + 8, right = half + 4;
  const step = (width - left - right) / (bars ? names.length : names.length - 1);
  return {
    width, height, left, right, ticks, step, half,
    x: (index) => left + step * (bars ? index + 0.5 : index),
    y: (value) => top + (height - top - bottom) * (1 - (value - low) / (high - low)),
  };
}

// The lines and labels of both axes. Labels that would touch are left out, but never the newest.
function drawAxes(plot, names) {
  const across = plot.ticks.flatMap((value) => [
    svg("line", { x1: plot.left, x2: plot.width - plot.right, y1: plot.y(value), y2: plot.y(value), class: "grid" }),
    svg("text", { x: plot.left - 6, y: plot.y(value) + 4, "text-anchor": "end" }, number(value))]);
  const every = Math.ceil((plot.half * 2 + 10) / plot.step);
  const along = names.map((name, index) => [name, index]).filter(([, index]) => (names.length - 1 - index) % every === 0);
  return [...across, ...along.map(([name, index]) => drawLabel(plot, name, plot.x(index)))];
}

function drawLabel(plot, name, x) {
  const lines = linesOf(name).map((line, row) => svg("tspan", { x, dy: row * 13 }, line));
  return svg("text", { y: plot.height - 22, "text-anchor": "middle" }, ...lines);
}

// A label of several words has two lines, as even as they can be, so that more labels find room.
function linesOf(name) {
  const words = name.split(" "), splits = words.slice(1).map((_, index) => [words.slice(0, index + 1).join(" "), words.slice(index + 1).join(" ")]);
  const width = (lines) => Math.max(...lines.map(labelWidth));
  return splits.reduce((best, lines) => (width(lines) < width(best) ? lines : best), [name]);
}

function drawBars(plot, line, names) {
  const width = Math.min(28, plot.step * 0.7);
  return names.map((name, index) => [pointOf(line, name), index]).filter(([value]) => value !== undefined).map(([value, index]) => svg("rect", {
    x: plot.x(index) - width / 2, width, y: Math.min(plot.y(value), plot.y(0)), height: Math.abs(plot.y(0) - plot.y(value)), class: "series-0",
  }));
}

function drawLine(plot, line, names, place) {
  const points = names.map((name, index) => [pointOf(line, name), index]).filter(([value]) => value !== undefined);
  const path = points.map(([value, index]) => `${plot.x(index)},${plot.y(value)}`).join(" ");
  return [svg("polyline", { points: path, class: "series-" + (place % COLOURS), "stroke-dasharray": place ? "5 4" : "none" })];
}

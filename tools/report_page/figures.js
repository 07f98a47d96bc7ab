// What the pages share: words and numbers, figures, charts, shades.
"use strict";

// Okabe and Ito's colours, which the colour-blind can tell apart
const palette = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#7f7f7f", "#332288", "#aa4499"];

document.body.dataset.errors = "0";
addEventListener("error", () => { document.body.dataset.errors = String(Number(document.body.dataset.errors) + 1); });

// ---- Words and numbers.

const grouped = (n) => Math.round(n).toLocaleString("en-GB");
const percent = (x, digits = 2) => (100 * x).toFixed(digits) + " %";

/** A number with an SI prefix: 12.3 M. */
function scaled(n, unit = "", digits = 3) {
  const space = unit ? " " : "";
  if (n === 0) return "0" + space + unit;
  for (const [factor, prefix] of [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""], [1e-3, "m"], [1e-6, "u"], [1e-9, "n"]])
    if (Math.abs(n) >= factor) return `${Number((n / factor).toPrecision(digits))} ${prefix}${unit}`;
  return `${Number((n * 1e12).toPrecision(digits))} p${unit}`;
}
const joules = (pj, digits = 3) => scaled(pj * 1e-12, "J", digits);

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function table(head, rows, kind = "wide") {
  const t = make("table", {class: kind});
  t.append(make("tr", {}, ...head.map((h, i) => make("th", rows[0]?.[i]?.className === "words" ? {class: "words"} : {}, h))));
  for (const row of rows) t.append(make("tr", {}, ...row.map((cell) => cell instanceof Element ? cell : make("td", {}, String(cell)))));
  return make("div", {class: "scroll"}, t);
}

// ---- Figures: a place, a caption, and a chart or a table.

/** The figure's content anew: a caption, and what `fill` appends. Without data it says what would bring them. */
function figure(name, title, detail, fill, missing = "") {
  const place = document.querySelector(`[data-figure="${name}"]`);
  Chart.getChart(place.querySelector("canvas[data-chart]") ?? "")?.destroy();
  place.replaceChildren();
  const caption = make("figcaption", {}, make("div", {}, make("strong", {}, title), document.createElement("br"), make("span", {}, detail)));
  place.append(caption);
  if (missing) {
    place.append(make("p", {class: "missing"}, missing));
    place.dataset.drawn = "missing";
    return;
  }
  fill(place, caption);
  if (place.querySelector("canvas.pixels, table.heat")) saveButton(caption, name, () => asCanvas(place, 3).toDataURL());
  place.dataset.drawn = "true";
}

/** Draws the words of a text where the browser put them; of a line that it broke, too. */
function drawWords(pen, text) {
  const style = getComputedStyle(text.parentElement), range = document.createRange();
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  pen.fillStyle = style.color;
  for (const {0: word, index} of text.data.matchAll(/\S+/g)) {
    range.setStart(text, index), range.setEnd(text, index + word.length);
    const {left, top} = range.getBoundingClientRect();
    pen.fillText(word, left, top + pen.measureText(word).fontBoundingBoxAscent);
  }
}

/** Draws what an element shows: its ground, its pixels, its words; without buttons. */
function drawElement(pen, element) {
  if (element instanceof HTMLButtonElement) return;
  const {left, top, width, height} = element.getBoundingClientRect();
  const {backgroundColor, backgroundImage} = getComputedStyle(element);
  pen.fillStyle = backgroundColor;
  if (backgroundImage !== "none") {  // a scale
    pen.fillStyle = pen.createLinearGradient(left, 0, left + width, 0);
    for (let i = 0; i <= 8; ++i) pen.fillStyle.addColorStop(i / 8, colourOf(i / 8));
  }
  pen.fillRect(left, top, width, height);
  if (element instanceof HTMLCanvasElement) pen.drawImage(element, left, top, width, height);
  for (const child of element.childNodes)
    child instanceof Text ? drawWords(pen, child) : drawElement(pen, child);
}

/** A figure of tables and maps as a picture, `scale` times as fine as the screen; what is scrolled out of sight with it. */
function asCanvas(place, scale) {
  const {left, top, right, bottom} = place.getBoundingClientRect();
  const end = Math.max(right, ...Array.from(place.querySelectorAll("canvas, td, th"), (e) => e.getBoundingClientRect().right + 16));
  const canvas = make("canvas", {width: Math.ceil(scale * (end - left)), height: Math.ceil(scale * (bottom - top))});
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.scale(scale, scale);
  pen.translate(-left, -top);
  pen.imageSmoothingEnabled = false;
  drawElement(pen, place);
  return canvas;
}

function saveButton(caption, name, url) {
  const button = make("button", {type: "button", title: "save as PNG, three times as fine as the screen"}, "PNG");
  button.addEventListener("click", () => make("a", {href: url(), download: `${name}.png`}).click());
  caption.append(button);
}

Chart.defaults.animation = false;
Chart.defaults.maintainAspectRatio = false;
Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
Chart.defaults.color = "#3c454d";
Chart.defaults.plugins.legend.labels.boxWidth = 14;

/** White behind the chart, for the saved picture. */
const paper = {
  id: "paper",
  beforeDraw({ctx, width, height}) {
    ctx.save();
    ctx.fillStyle = "#fff";
    ctx.fillRect(0, 0, width, height);
    ctx.restore();
  },
};

function chart(place, caption, name, config, kind = "") {
  const canvas = make("canvas", {"data-chart": name, role: "img", "aria-label": caption.textContent});
  place.append(make("div", {class: "chart " + kind}, canvas));
  const drawn = new Chart(canvas, {...config, plugins: [paper, ...(config.plugins ?? [])]});
  saveButton(caption, name, () => {
    const before = drawn.options.devicePixelRatio;
    drawn.options.devicePixelRatio = 3;
    drawn.resize();
    const url = drawn.toBase64Image();
    drawn.options.devicePixelRatio = before;
    drawn.resize();
    return url;
  });
  return drawn;
}

const axis = (text, more = {}) => ({title: {display: true, text}, ...more});
const line = (label, values, colour, more = {}) =>
  ({label, data: values, borderColor: colour, backgroundColor: colour, borderWidth: 2, pointRadius: 3, ...more});

/** From white through blue to dark: share in [0, 1]. */
function shade(share) {
  const x = Math.min(1, Math.max(0, share));
  const stops = [[255, 255, 255], [158, 202, 225], [33, 113, 181], [8, 29, 88]];
  const at = x * (stops.length - 1), low = Math.min(stops.length - 2, Math.floor(at)), part = at - low;
  return stops[low].map((v, i) => Math.round(v + part * (stops[low + 1][i] - v)));
}
const colourOf = (share) => `rgb(${shade(share).join(",")})`;
const inkOn = (share) => (share > 0.55 ? "#fff" : "#1c2126");

function heatCell(share, text, title) {
  return make("td", {class: "cell", style: `background:${colourOf(share)};color:${inkOn(share)}`, title}, text);
}

function scaleBar(low, high) {
  const stops = Array.from({length: 9}, (_, i) => colourOf(i / 8)).join(",");
  return make("div", {class: "scale"}, low, make("i", {style: `background:linear-gradient(90deg,${stops})`}), high);
}

/** Tells whoever looks at the page that it is there: a test does. */
function ready() {
  document.body.dataset.overflow = String(document.documentElement.scrollWidth - document.documentElement.clientWidth);
  document.body.dataset.ready = "true";
}

// Draws the report. Each figure is a function of the data; it says in data-drawn that it drew, and a test reads that.
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const {results, energy, trace} = data;
const steps = Array.from({length: results.timesteps}, (_, t) => t + 1);

// ---- Accuracy.

function headline() {
  const name = results.config ?? results.network;
  document.title = `${name} - Bispike report`;
  document.getElementById("title").textContent = name;
  document.getElementById("subtitle").textContent =
    `${results.network} on ${results.dataset}: ${grouped(results.images)} images, ${results.timesteps} time steps`;
  const tiles = [
    ["accuracy", percent(results.accuracy), `${results.accuracy_interval.map((x) => percent(x)).join(" to ")} (95 %, Wilson)`],
    ["energy an image", joules(results.energy_per_image_pj), `${results.energy_prices_pj.name} prices, exact counts`],
    ["synaptic operations", scaled(results.synops_per_image), "of an image, all steps"],
    ["firing rate", percent(results.firing_rate), "of all neurons and steps"],
    ["parameters", grouped(results.parameters), results.network],
  ];
  for (const [term, value, small] of tiles)
    document.getElementById("headline").append(
      make("div", {}, make("dt", {}, term), make("dd", {}, value, make("small", {}, small))));
}

function accuracyByStep() {
  figure("accuracy-by-step", "Accuracy after each time step", "share of right answers", (place, caption) =>
    chart(place, caption, "accuracy-by-step", {
      type: "line",
      data: {labels: steps, datasets: [line("accuracy", results.accuracy_by_step.map((x) => 100 * x), palette[0])]},
      options: {
        plugins: {legend: {display: false}},
        scales: {x: axis("time step"), y: axis("right answers [%]", {suggestedMax: 100})},
      },
    }));
}

function confusion() {
  const names = results.class_names ?? [];
  figure("confusion", "Confusion matrix", "rows: label; columns: answer after the last step", (place) => {
    const head = ["", ...results.confusion.map((_, i) => String(i))];
    const rows = results.confusion.map((row, label) => {
      const all = row.reduce((a, b) => a + b, 0);
      return [make("th", {title: names[label] ?? ""}, names[label] ? `${label} ${names[label]}` : String(label)),
        ...row.map((n, answer) => heatCell(all ? n / all : 0, n ? String(n) : "",
          `${n} images of class ${label} answered ${answer}`))];
    });
    place.append(table(head, rows, "heat"), scaleBar("0 %", "100 % of the label's images"));
  });
}

// ---- Energy.

/** The part of the network that a layer belongs to: "stem", "block 0 attention", "block 0 MLP", "head". */
function partOf(layer) {
  const block = layer.match(/^(block|stage\.\d+|stage\d+\.block)\.(\d+)\.(attn|mlp|attention)/);
  if (block) return `${block[1]} ${block[2]} ${block[3] === "mlp" ? "MLP" : "attention"}`;
  return layer.split(".").slice(0, layer.startsWith("stage") ? 2 : 1).join(" ");
}

const withoutEnergy = "No energy.json in the run: `bispike simulate --output` writes one.";

function accuracyEnergy() {
  const by = energy?.attribution?.by_step_pj;
  figure("accuracy-energy", "Accuracy against energy", "energy of an image up to each time step, exact counts", (place, caption) => {
    let sum = 0;
    const points = by.map((pj, t) => ({x: 1e-6 * (sum += pj), y: 100 * results.accuracy_by_step[t], step: t + 1}));
    chart(place, caption, "accuracy-energy", {
      type: "scatter",
      data: {datasets: [line("after step", points, palette[2], {showLine: true, pointRadius: 4})]},
      options: {
        plugins: {
          legend: {display: false},
          tooltip: {callbacks: {label: ({raw}) => `step ${raw.step}: ${raw.y.toFixed(2)} %, ${raw.x.toPrecision(3)} uJ`}},
        },
        scales: {x: axis("energy of an image [uJ]", {beginAtZero: true}), y: axis("right answers [%]")},
      },
    });
  }, by ? "" : withoutEnergy);
}

function energyByLayer() {
  figure("energy-by-layer", "Energy of an image by convention", "the same run, counted as each tool and paper of the field counts; stacked by part of the network",
    (place, caption) => {
      const parts = [...new Set(energy.conventions.flatMap((c) => c.layers.filter((l) => l.energy_pj > 0).map((l) => partOf(l.name))))];
      const datasets = parts.map((part, i) => ({
        label: part,
        data: energy.conventions.map((c) => 1e-6 * c.layers.filter((l) => partOf(l.name) === part).reduce((sum, l) => sum + (l.energy_pj ?? 0), 0)),
        backgroundColor: palette[i % palette.length],
      }));
      chart(place, caption, "energy-by-layer", {
        type: "bar",
        data: {labels: energy.conventions.map((c) => c.name), datasets},
        options: {
          indexAxis: "y",
          plugins: {tooltip: {callbacks: {label: ({dataset, parsed}) => `${dataset.label}: ${parsed.x.toPrecision(3)} uJ`}}},
          scales: {x: axis("energy of an image [uJ]", {stacked: true}), y: {stacked: true, ticks: {autoSkip: false}}},
        },
      }, "tall");
    }, energy ? "" : withoutEnergy);
}

function conventions() {
  figure("conventions", "Conventions side by side", "operations of an image", (place) => {
    const words = (text) => make("td", {class: "words"}, text);
    place.append(table(["convention", "MAC", "AC", "shifts", "energy", "95 %, mean of images", "how it differs"],
      energy.conventions.map((c) => [c.name, scaled(c.mac), scaled(c.ac), scaled(c.shift), joules(c.energy_pj),
        c.energy_interval_pj ? c.energy_interval_pj.map((pj) => joules(pj, 5)).join(" to ") : "-", words(c.differs)])));
  }, energy ? "" : withoutEnergy);
}

function breakEven() {
  figure("break-even", "Beside an artificial network of the same shape", "the density of spikes below which the spiking network takes less energy",
    (place) => place.append(table(["number format", "artificial", "spiking", "density here", "break-even density"],
      energy.break_even.map((b) => [b.format, joules(b.artificial_pj), joules(b.spiking_pj), percent(b.density),
        b.break_even_density > 1 ? "any" : percent(b.break_even_density)]))),
    energy ? "" : withoutEnergy);
}

/** A map [rows][columns] as pixels of a canvas, from `least` to `most`; over the image where there is one. */
function mapCanvas(map, least, most, picture = null) {
  const rows = map.length, columns = map[0].length;
  const height = picture ? picture.height : rows, width = picture ? picture.width : columns;
  const canvas = make("canvas", {class: "pixels", width, height, role: "img"});
  const pixels = new ImageData(width, height);
  for (let y = 0; y < height; ++y)
    for (let x = 0; x < width; ++x) {
      const value = map[Math.floor(y * rows / height)][Math.floor(x * columns / width)];
      const ink = shade((value - least) / (most - least || 1));
      const light = picture ? 0.65 + 0.35 * picture.grey(y, x) / 255 : 1;  // the image as light on the map's colour
      for (let c = 0; c < 3; ++c) pixels.data[4 * (y * width + x) + c] = light * ink[c];
      pixels.data[4 * (y * width + x) + 3] = 255;
    }
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas;
}

/** The pixels of a traced image, or null. */
function pictureOf(image) {
  if (!image?.pixels) return null;
  const {height, width, channels, base64} = image.pixels;
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const at = (y, x, c) => bytes[(y * width + x) * channels + Math.min(c, channels - 1)];
  return {height, width, at, grey: (y, x) => (at(y, x, 0) + at(y, x, 1) + at(y, x, 2)) / 3};
}

function pictureCanvas(picture) {
  const canvas = make("canvas", {class: "pixels", width: picture.width, height: picture.height, role: "img"});
  const pixels = new ImageData(picture.width, picture.height);
  for (let i = 0; i < picture.width * picture.height; ++i)
    for (let c = 0; c < 4; ++c)
      pixels.data[4 * i + c] = c === 3 ? 255 : picture.at(Math.floor(i / picture.width), i % picture.width, c);
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas;
}

function energyMap() {
  const map = energy?.attribution?.map_pj;
  figure("energy-map", "Energy by place", "what the spikes of each patch cause, mean of all images", (place) => {
    const least = Math.min(...map.flat()), most = Math.max(...map.flat());
    const canvas = mapCanvas(map, least, most);
    canvas.title = energy.attribution.what;
    place.append(canvas, scaleBar(joules(least), `${joules(most)} a patch`));
  }, map ? "" : withoutEnergy);
}

// ---- Activity.

function rates() {
  const layers = results.layers.filter((l) => l.kind === "neuron" && l.firing_rate_by_step);
  figure("rates", "Firing rate by layer and time step", "share of neurons that fire", (place) => {
    const most = Math.max(1e-9, ...layers.flatMap((l) => l.firing_rate_by_step));
    place.append(table(["layer", ...steps.map((t) => `step ${t}`), "all"],
      layers.map((l) => [make("th", {}, l.name),
        ...l.firing_rate_by_step.map((r, t) => heatCell(r / most, percent(r, 1), `${l.name}, step ${t + 1}: ${percent(r, 3)}`)),
        make("td", {}, percent(l.firing_rate, 1))]), "heat"), scaleBar("0 %", percent(most, 1)));
  }, layers.length ? "" : "No layer of this network fires.");
}

const withoutTrace = "No trace in the run: `bispike simulate --trace RUN/trace.h5` writes one.";

function health() {
  figure("health", "Health of the neurons", trace ? `over ${trace.health_images} traced images and all steps` : "", (place, caption) => {
    const share = (key) => trace.health.map((l) => 100 * l[key] / l.neurons);
    chart(place, caption, "health", {
      type: "bar",
      data: {
        labels: trace.health.map((l) => l.name),
        datasets: [
          {label: "dead: never fire", data: share("dead"), backgroundColor: palette[7]},
          {label: "saturated: fire at every step", data: share("saturated"), backgroundColor: palette[5]},
          {label: "never change: fire alike for every image", data: share("constant"), backgroundColor: palette[1]},
        ],
      },
      options: {
        indexAxis: "y",
        scales: {x: axis("share of the neurons [%]", {stacked: true, max: 100}), y: {stacked: true, ticks: {autoSkip: false, font: {size: 10}}}},
      },
    }, "tall");
  }, trace ? "" : withoutTrace);
}

// ---- One image.

const kAll = -1;  // of a choice: every step, every head
const chosen = {image: 0, layer: 0, attention: 0, step: kAll, head: kAll};
if (trace) {  // begin with the layer whose shown neurons fire most
  const spikes = trace.images[0].rasters.map((r) => r.length);
  chosen.layer = spikes.indexOf(Math.max(...spikes));
}

function raster() {
  const layer = trace?.layers[chosen.layer];
  figure("raster", "Spikes", layer ? `${layer.name}: ${layer.shown.length} of ${grouped(layer.neurons)} neurons, evenly spaced` : "", (place, caption) => {
    const spikes = trace.images[chosen.image].rasters[chosen.layer];
    const points = (sign) => spikes.filter(([, , value]) => Math.sign(value) === sign).map(([t, n]) => ({x: t + 1, y: n}));
    const dots = (label, sign, colour) =>
      ({label, data: points(sign), backgroundColor: colour, pointStyle: "rectRounded", pointRadius: 2.5});
    chart(place, caption, "raster", {
      type: "scatter",
      data: {datasets: [dots("+", 1, palette[0]), ...(layer.kind === "bipolar" ? [dots("-1", -1, palette[5])] : [])]},
      options: {
        plugins: {legend: {display: layer.kind === "bipolar"},
          tooltip: {callbacks: {label: ({raw}) => `neuron ${layer.shown[raw.y]}, step ${raw.x}`}}},
        scales: {
          x: axis("time step", {min: 0, max: results.timesteps + 1, ticks: {stepSize: 1, callback: (v) => steps.includes(v) ? v : ""}}),
          y: axis("neuron", {min: -1, max: layer.shown.length, ticks: {callback: (v) => layer.shown[v] ?? ""}}),
        },
      },
    });
  }, trace ? "" : withoutTrace);
}

function membrane() {
  const layer = trace?.layers[chosen.layer];
  const traces = trace?.images[chosen.image].membranes[chosen.layer];
  figure("membrane", "Membrane potentials", layer ? `${layer.name}: after charging, before the reset` : "", (place, caption) => {
    const threshold = (value) => line("threshold", steps.map(() => value), "#1c2126",
      {borderDash: [6, 4], pointRadius: 0, borderWidth: 1.5});
    const lines = layer.watched.map((neuron, i) => line(`neuron ${neuron}`, traces[i], palette[i % palette.length]));
    if (layer.threshold !== null) lines.push(threshold(layer.threshold));
    if (layer.threshold !== null && layer.kind === "bipolar") lines.push({...threshold(-layer.threshold), label: "-threshold"});
    chart(place, caption, "membrane", {
      type: "line",
      data: {labels: steps, datasets: lines},
      options: {
        plugins: {legend: {labels: {usePointStyle: true, pointStyle: "line"}}},
        scales: {x: axis("time step"), y: axis("potential")},
      },
    });
  }, !trace ? withoutTrace : traces?.length ? "" : "The trace holds no potentials of this layer: --trace-layers and --trace-what choose them.");
}

/** The numbers [0, count) that a choice of step or head leaves. */
const left = (choice, count) => Array.from({length: count}, (_, i) => i).filter((i) => choice === kAll || choice === i);

/** Maps over the picture on one scale, in rows of `columns`: [[map, what it is], ...]. */
function mapGrid(maps, columns, [least, most], picture, words) {
  const grid = make("div", {class: "maps", style: `grid-template-columns: repeat(${columns}, minmax(64px, 128px))`});
  for (const [map, what] of maps) grid.append(make("div", {}, mapCanvas(map, least, most, picture), what));
  return make("div", {}, make("div", {class: "scroll"}, grid), scaleBar(words(least), words(most)));
}

/** The image and what belongs under it, and beside them what lies over the image. */
function besideImage(place, picture, under, ...grids) {
  const own = make("div", {class: "maps one"});
  if (picture) own.append(make("div", {}, pictureCanvas(picture), "the image"));
  own.append(...under);
  place.append(make("div", {class: "beside"}, ...(own.children.length ? [own] : []), make("div", {class: "grids"}, ...grids)));
}

/** The least and the greatest number in lists of lists, of any depth. */
const rangeOf = (values) => [Math.min(...values.flat(Infinity)), Math.max(...values.flat(Infinity))];

function attention() {
  const layer = trace?.attention[chosen.attention];
  figure("attention", "Attention over the image", layer ? `${layer.name}: what each patch gets, mean of all queries; a row a head, a column a step` : "", (place) => {
    const image = trace.images[chosen.image], picture = pictureOf(image);
    const maps = image.attention[chosen.attention];  // [T][heads][rows][columns]
    const at = left(chosen.step, maps.length);
    const shown = left(chosen.head, maps[0].length).flatMap((head) =>
      at.map((t) => [maps[t][head].map((row) => row.map(Math.abs)), `head ${head}, step ${t + 1}`]));
    const most = Math.max(1e-12, ...maps.flat(3).map(Math.abs));
    besideImage(place, picture, [], mapGrid(shown, at.length, [0, most], picture, (n) => n ? n.toPrecision(3) : "0"));
  }, !trace ? withoutTrace : layer ? "" : "The trace holds no attention.");
}

/** The sum of maps of one size. */
const sumOf = (maps) => maps[0].map((row, y) => row.map((_, x) => maps.reduce((sum, map) => sum + map[y][x], 0)));

/** The energy of one traced image: of the whole network, and of the chosen attention by head. */
function imageEnergy() {
  const given = trace?.images[chosen.image].energy;
  const layer = trace?.attention[chosen.attention];
  figure("image-energy", "Energy over the image", "what the spikes of each patch of this image cause, in exact counts; a column a step", (place) => {
    const picture = pictureOf(trace.images[chosen.image]);
    const at = left(chosen.step, given.map.length);
    const titled = (title, rows, range) => make("div", {}, make("p", {class: "note"}, title),
      mapGrid(rows.flatMap(([maps, what]) => at.map((t) => [maps[t], `${what}step ${t + 1}`])), at.length, range, picture, joules));
    const sum = sumOf(given.map);
    const under = mapGrid([[sum, `all steps, ${joules(sum.flat().reduce((a, b) => a + b, 0))}`]], 1, rangeOf(sum), picture, joules);
    const grids = [titled("the whole network, energy of a patch", [[given.map, ""]], rangeOf(given.map))];
    const products = given.attention[chosen.attention];  // [T][heads][rows][columns]
    if (products)
      grids.push(titled(`q k^T and the weighted sum of ${layer.name}, energy of a patch`,
        left(chosen.head, products[0].length).map((head) => [products.map((by) => by[head]), `head ${head}, `]), rangeOf(products)));
    besideImage(place, picture, [under], ...grids);
  }, !trace ? withoutTrace : given ? "" : "The trace holds no energy: `bispike simulate --output RUN --trace RUN/trace.h5` writes it.");
}

function choices() {
  const fill = (id, words, key, first = 0) => {
    const select = document.getElementById(id);
    words.forEach((text, i) => select.append(make("option", {value: i + first}, text)));
    select.value = String(chosen[key]);
    select.addEventListener("change", () => {
      chosen[key] = Number(select.value);
      raster(), membrane(), attention(), imageEnergy();
    });
  };
  if (!trace) return document.getElementById("choice").remove();
  const names = results.class_names ?? [];
  const called = (label) => label < 0 ? "unknown" : names[label] || `class ${label}`;
  fill("choose-image", trace.images.map((i) => `${i.index}: ${called(i.label)}, answered ${called(i.prediction)}`), "image");
  fill("choose-layer", trace.layers.map((l) => l.name), "layer");
  fill("choose-attention", trace.attention.map((l) => l.name), "attention");
  const heads = trace.images[0].attention.map((maps) => maps[0].length);
  fill("choose-step", ["all", ...steps], "step", kAll);
  fill("choose-head", ["all", ...left(kAll, Math.max(0, ...heads))], "head", kAll);
}

// ---- Where it comes from.

function manifest() {
  figure("manifest", "Where this comes from", "`bispike verify RUN` repeats the run and compares the bits", (place) => {
    const rows = Object.entries(data.manifest).map(([key, value]) => [key, make("td", {class: "words"}, String(value))]);
    place.append(table(["", ""], rows));
    place.append(make("details", {}, make("summary", {}, "the resolved config"), make("pre", {}, data.config)));
  });
}

headline();
for (const draw of [accuracyByStep, confusion, accuracyEnergy, energyMap, energyByLayer, conventions, breakEven, rates, health, choices, raster, membrane, attention, imageEnergy, manifest]) draw();
ready();

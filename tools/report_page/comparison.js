// Draws a comparison.
"use strict";

const {rows, version, threads} = JSON.parse(document.getElementById("data").textContent);
const seeds = rows[0].seeds.map((cell) => cell.seed);
const colour = (i) => palette[i % palette.length];
const spread = ({mean, deviation}, text) => text(mean) + (deviation === null ? "" : ` \u00b1 ${text(deviation)}`);
const inPercent = (share) => (100 * share).toFixed(2);

/** A line from mean - deviation to mean + deviation over each bar of a horizontal chart. */
const whiskers = {
  id: "whiskers",
  afterDatasetsDraw({ctx, scales}) {
    ctx.save();
    ctx.strokeStyle = "#1c2126";
    ctx.lineWidth = 1.5;
    rows.forEach(({accuracy: {mean, deviation}}, i) => {
      if (deviation === null) return;
      const [low, high] = [mean - deviation, mean + deviation].map((x) => scales.x.getPixelForValue(100 * x));
      const y = scales.y.getPixelForValue(i);
      ctx.beginPath();
      ctx.moveTo(low, y), ctx.lineTo(high, y);
      for (const x of [low, high]) ctx.moveTo(x, y - 4), ctx.lineTo(x, y + 4);
      ctx.stroke();
    });
    ctx.restore();
  },
};

/** The ends of the axis of accuracy: a little beyond all seeds and whiskers, so that rows can be told apart. */
const ends = (() => {
  const all = rows.flatMap(({accuracy: {mean, deviation}, seeds}) =>
    [mean - (deviation ?? 0), mean + (deviation ?? 0), ...seeds.map((cell) => cell.accuracy)].map((x) => 100 * x));
  return {min: Math.max(0, Math.floor(Math.min(...all)) - 2), max: Math.ceil(Math.max(...all) + 0.2)};
})();

/** Makes room for the names over a chart, which would else take it from the drawing. */
function withNames(drawn, names) {
  const place = drawn.canvas.parentElement;
  const inARow = Math.max(1, Math.floor(place.clientWidth / 130));
  place.style.height = `${300 + 24 * Math.ceil(names / inARow)}px`;
}

function accuracy() {
  figure("accuracy", "Accuracy", `after the last step; mean and standard deviation of ${seeds.length} seeds; the axis does not begin at 0`,
    (place, caption) => {
      const drawn = chart(place, caption, "accuracy", {
        type: "bar",
        data: {labels: rows.map((row) => row.name),
          datasets: [{data: rows.map((row) => 100 * row.accuracy.mean), backgroundColor: rows.map((_, i) => colour(i)), barPercentage: 0.7}]},
        options: {
          indexAxis: "y",
          plugins: {legend: {display: false}, tooltip: {callbacks: {label: ({dataIndex}) => `${spread(rows[dataIndex].accuracy, inPercent)} %`}}},
          scales: {x: axis("right answers [%]", ends), y: {ticks: {autoSkip: false}}},
        },
        plugins: [whiskers],
      });
      drawn.canvas.parentElement.style.height = `${80 + 30 * rows.length}px`;
    });
}

function accuracyEnergy() {
  figure("accuracy-energy", "Accuracy against energy", "of an image, exact counts; a point a seed", (place, caption) =>
    withNames(chart(place, caption, "accuracy-energy", {
      type: "scatter",
      data: {datasets: rows.map((row, i) => ({label: row.name, backgroundColor: colour(i), pointRadius: 5,
        data: row.seeds.map((cell) => ({x: 1e-6 * cell.energy_pj, y: 100 * cell.accuracy, seed: cell.seed}))}))},
      options: {
        plugins: {tooltip: {callbacks: {label: ({dataset, raw}) =>
          `${dataset.label}, seed ${raw.seed}: ${raw.y.toFixed(2)} %, ${raw.x.toPrecision(3)} uJ`}}},
        scales: {x: axis("energy of an image [uJ]", {type: "logarithmic"}), y: axis("right answers [%]")},
      },
    }), rows.length));
}

function accuracyByStep() {
  const steps = Math.max(...rows.map((row) => row.accuracy_by_step.length));
  if (steps === 1) return;
  const stepped = rows.map((row, i) => ({row, i})).filter(({row}) => row.accuracy_by_step.length > 1);
  figure("accuracy-by-step", "Accuracy after each time step", "of the networks that have more than one; mean over the seeds", (place, caption) =>
    withNames(chart(place, caption, "accuracy-by-step", {
      type: "line",
      data: {labels: Array.from({length: steps}, (_, t) => t + 1),
        datasets: stepped.map(({row, i}) => line(row.name, row.accuracy_by_step.map((s) => 100 * s.mean), colour(i)))},
      options: {scales: {x: axis("time step"), y: axis("right answers [%]")}},
    }), stepped.length));
}

function accuracyByEnergy() {
  figure("accuracy-by-energy", "Accuracy against the energy spent so far", "a point a time step, mean over the seeds", (place, caption) =>
    withNames(chart(place, caption, "accuracy-by-energy", {
      type: "scatter",
      data: {datasets: rows.map((row, i) => ({label: row.name, backgroundColor: colour(i), borderColor: colour(i), showLine: true, borderWidth: 1.5,
        pointRadius: row.accuracy_by_step.length > 8 ? 1.5 : 4,
        data: row.accuracy_by_step.map((s, t) => ({x: 1e-6 * row.energy_upto_step_pj[t], y: 100 * s.mean, step: t + 1}))}))},
      options: {
        plugins: {tooltip: {callbacks: {label: ({dataset, raw}) =>
          `${dataset.label} after step ${raw.step}: ${raw.y.toFixed(2)} %, ${raw.x.toPrecision(3)} uJ`}}},
        scales: {x: axis("energy up to the step [uJ]", {type: "logarithmic"}), y: axis("right answers [%]")},
      },
    }), rows.length));
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** Of a converted row, [source's accuracy, first step within 1 point of it, energy up to there]; of others empty. */
function toSource({seeds}) {
  const cells = seeds.filter((cell) => "source_accuracy" in cell);
  if (cells.length === 0) return ["", "", ""];
  const there = cells.filter((cell) => cell.steps_to_source !== null);
  const steps = there.map((cell) => cell.steps_to_source);
  const [least, most] = [Math.min(...steps), there.length < cells.length ? "" : Math.max(...steps)];
  return [inPercent(mean(cells.map((cell) => cell.source_accuracy))),
    there.length === 0 ? "-" : least === most ? `${least}` : `${least}-${most}`,
    there.length === 0 ? "" : joules(mean(there.map((cell) => cell.energy_to_source_pj)))];
}

function tableOfAll() {
  figure("table", "All figures", "operations and energy of an image as the convention `exact` counts them; means over the seeds", (place) =>
    place.append(table(["network", "accuracy [%]", "parameters", "MAC", "AC", "shift", "energy", "images/s", "memory", "training [s]",
      "source [%]", "T within 1 point", "energy there"],
      rows.map((row) => [row.name, spread(row.accuracy, inPercent), scaled(row.parameters.mean), scaled(row.mac.mean), scaled(row.ac.mean),
        scaled(row.shift.mean), joules(row.energy_pj.mean), grouped(row.images_per_second.mean), scaled(row.peak_memory_bytes.mean, "B"),
        grouped(row.training_seconds.mean), ...toSource(row)]))));
}

document.getElementById("subtitle").textContent = `${rows.length} networks, seeds ${seeds.join(", ")}; ${version}, ${threads} threads`;
for (const draw of [accuracy, accuracyEnergy, accuracyByStep, accuracyByEnergy, tableOfAll]) draw();
ready();

// ONNX Runtime, as a process that answers requests. Usage: onnx_peer.js FOLDER spikes|ann THREADS BATCH...
//
// Requests: {"batch": B} takes all images of FOLDER/images.safetensors through in batches of B and tells the seconds;
// {"logits": N} tells the scores of the first N, which is to be one of the batch sizes.
'use strict';
const fs = require('fs');
const readline = require('readline');
const ort = require('onnxruntime-node');

const [folder, kind, threads, ...batches] = process.argv.slice(2);

function readImages() {
  const raw = fs.readFileSync(`${folder}/images.safetensors`);
  const length = Number(raw.readBigUInt64LE(0));
  const about = JSON.parse(raw.toString('utf8', 8, 8 + length)).images;
  const [first, last] = about.data_offsets.map((offset) => 8 + length + offset);
  const bytes = new Uint8Array(raw.subarray(first, last));  // a copy, so that it starts where floats may
  return {shape: about.shape, values: new Float32Array(bytes.buffer)};
}

function openSession(batch) {
  return ort.InferenceSession.create(`${folder}/${kind}-${batch}.onnx`, {
    intraOpNumThreads: Number(threads), interOpNumThreads: 1, executionMode: 'sequential',
    graphOptimizationLevel: 'all', enableCpuMemArena: true, enableMemPattern: true,
  });
}

function batchOf(images, first, count) {
  const [, ...rest] = images.shape;
  const each = rest.reduce((a, b) => a * b, 1);
  const values = images.values.subarray(first * each, (first + count) * each);
  return {images: new ort.Tensor('float32', values, [count, ...rest])};
}

async function main() {
  const images = readImages();
  const sessions = {};
  for (const batch of batches) sessions[batch] = await openSession(batch);
  const say = (reply) => process.stdout.write(JSON.stringify(reply) + '\n');
  say({onnxruntime: require('onnxruntime-node/package.json').version, node: process.version, threads: Number(threads)});
  for await (const line of readline.createInterface({input: process.stdin})) {
    const {batch, logits} = JSON.parse(line);
    if (logits) {
      const {logits: scores} = await sessions[logits].run(batchOf(images, 0, logits));
      const classes = scores.dims[1];
      say({logits: Array.from({length: logits}, (_, b) => Array.from(scores.data.slice(b * classes, (b + 1) * classes)))});
      continue;
    }
    const start = process.hrtime.bigint();
    for (let first = 0; first < images.shape[0]; first += batch) await sessions[batch].run(batchOf(images, first, batch));
    say({images: images.shape[0], seconds: Number(process.hrtime.bigint() - start) * 1e-9});
  }
}

main();

// Times oauth4webapi and jose on the proofs that our side made, in alternating passes with ours (goal P9):
//
//   npm ci && node run.mjs [rounds]
//
// Each pass is over one block; what counts is the median of the ratios of passes of one round. oauth4webapi does what
// our whole check does, token included; jose checks the proof alone, as its users write it.

import { jose } from "./jose.mjs";
import { oauth4webapi } from "./oauth4webapi.mjs";
import { Ours } from "./ours.mjs";

const BLOCK = 64;
const WARM_UP = 5;
const GOALS = { oauth4webapi: 7, jose: 4 };

const rounds = Number(process.argv[2] ?? 60);
const ours = await Ours.start();
const peers = { oauth4webapi: oauth4webapi(ours.work), jose: jose(ours.work) };
const times = { ours: [], oauth4webapi: [], jose: [] };

for (let round = 0; round < rounds + WARM_UP; round += 1) {
  const start = (round * BLOCK) % ours.work.cases.length;
  const cases = ours.work.cases.slice(start, start + BLOCK);
  const passes = [
    ["ours", () => ours.pass(start, start + BLOCK)],
    ...Object.entries(peers).map(([name, check]) => [name, () => pass(check, cases)]),
  ];
  for (const [name, run] of shuffled(passes)) {
    const nanos = await run();
    if (round >= WARM_UP) times[name].push(nanos);
  }
}
ours.stop();

for (const [name, nanos] of Object.entries(times)) {
  console.log(`${name.padEnd(14)} ${(median(nanos) / 1000).toFixed(1).padStart(8)} us`);
}
console.log();
for (const [name, goal] of Object.entries(GOALS)) {
  const ratio = median(times[name].map((nanos, round) => nanos / times.ours[round]));
  console.log(`P9 ${name} ${ratio.toFixed(2)} >= ${goal} ${ratio >= goal ? "ok" : "MISS"}`);
}

/** Nanoseconds of processor time of one check, whatever thread it ran on: that is what a core bears. */
async function pass(check, cases) {
  const start = process.cpuUsage();
  for (const each of cases) await check(each);
  const { user, system } = process.cpuUsage(start);
  return ((user + system) * 1000) / cases.length;
}

function median(values) {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)];
}

function shuffled(items) {
  const keyed = items.map((item) => [Math.random(), item]);
  return keyed.sort(([left], [right]) => left - right).map(([, item]) => item);
}

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import { publish, quantileOf, type Row, skip } from "../report.ts";
import { makeFleet, type Scene } from "./make-fleet.ts";
import type { PlanFigures } from "./plan-scene.ts";
import type { SceneFigures } from "./run-scene.ts";

// What a minute of a fleet costs the aggregator and the planner, on one core and in 1 GB.
// `npx node bench/aggregate/aggregate.ts [--json]`

const SCENES: readonly Scene[] = [
  { taskCount: 100, regionCount: 5, scheduleSeconds: 15 },
  { taskCount: 1_000, regionCount: 5, scheduleSeconds: 15 },
  { taskCount: 10_000, regionCount: 5, scheduleSeconds: 15 },
  { taskCount: 10_000, regionCount: 10, scheduleSeconds: 15 },
];

/** With what lies outside the heap the process stays within 1 GB. */
const HEAP_MB = 768;

const hasTaskset = spawnSync("taskset", ["--version"]).status === 0;
if (!hasTaskset) skip("one core", "taskset is not installed");

/** Runs one of this folder's programs on one core and in limited memory. */
async function runAlone(program: string, args: readonly string[]): Promise<unknown> {
  const file = join(import.meta.dirname, program);
  const call = [process.execPath, `--max-old-space-size=${HEAP_MB}`, file, ...args];
  const [command = "", ...rest] = hasTaskset ? ["taskset", "-c", "0", ...call] : call;
  const child = spawn(command, rest, { stdio: ["ignore", "pipe", "inherit"] });
  return json(child.stdout);
}

function samplesAMinute({ taskCount, regionCount, scheduleSeconds }: Scene): number {
  return (taskCount * regionCount * MINUTE_MS) / (scheduleSeconds * SECOND_MS);
}

interface Measured {
  readonly scene: Scene;
  readonly aggregate: SceneFigures;
  readonly plan: PlanFigures;
}

async function measure(scene: Scene, folder: string): Promise<Measured> {
  const fixture = join(folder, "fleet.json");
  writeFileSync(fixture, JSON.stringify((await makeFleet(scene)).dump()));
  const aggregate = await runAlone("run-scene.ts", [JSON.stringify(scene), fixture]);
  const plan = await runAlone("plan-scene.ts", [JSON.stringify(scene)]);
  return { scene, aggregate: aggregate as SceneFigures, plan: plan as PlanFigures };
}

type RunField = "seconds" | "cpuSeconds";

/** The first run loads the bundles and warms the code up. */
function warm({ aggregate }: Measured, field: RunField): number {
  const [, ...runs] = aggregate.runs;
  return quantileOf(
    runs.map((run) => run[field]),
    0.5,
  );
}

/** The exponent by which CPU time grows with samples: 1 is linear. */
function slopeBetween(a: Measured | undefined, b: Measured): string {
  if (a === undefined) return "";
  const more = Math.log(samplesAMinute(b.scene) / samplesAMinute(a.scene));
  return (Math.log(warm(b, "cpuSeconds") / warm(a, "cpuSeconds")) / more).toFixed(2);
}

function rowOf(measured: Measured, before: Measured | undefined): Row {
  const { scene, aggregate, plan } = measured;
  const samples = samplesAMinute(scene);
  const [cold] = aggregate.runs;
  const isWhole = aggregate.runs.every(
    ({ windowCount, summaryCount }) => windowCount === 1 && summaryCount === scene.taskCount,
  );
  if (!isWhole) throw new Error(`A run did not close its window: ${JSON.stringify(aggregate)}`);
  return {
    tasks: scene.taskCount,
    regions: scene.regionCount,
    "samples a minute": samples,
    "cold, s": (cold?.seconds ?? Number.NaN).toFixed(2),
    "warm, s": warm(measured, "seconds").toFixed(2),
    "warm, CPU s": warm(measured, "cpuSeconds").toFixed(2),
    "samples a CPU second": Math.round(samples / warm(measured, "cpuSeconds")),
    slope: slopeBetween(before, measured),
    "peak RSS, MB": aggregate.peakRssMb,
    "first plan, s": plan.firstSeconds.toFixed(2),
    "plan again, s": plan.againSeconds.toFixed(2),
    "planner's RSS, MB": plan.peakRssMb,
  };
}

const folder = mkdtempSync(join(tmpdir(), "synfleet-aggregate-"));
const measured: Measured[] = [];
try {
  for (const scene of SCENES) measured.push(await measure(scene, folder));
} finally {
  rmSync(folder, { recursive: true });
}
publish(
  "aggregate",
  `One run of the aggregator and of the planner, one core, --max-old-space-size=${HEAP_MB}; the SDK's work counts, the network's doesn't`,
  measured.map((each, i) => rowOf(each, measured[i - 1])),
);

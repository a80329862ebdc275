import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { publish, type Row } from "../report.ts";
import type { Measured, ReadFigures } from "./measure.ts";
import type { Scene } from "./scene.ts";

// What the embedded database holds of a fleet's past, and how soon it gives it back: the hours, days,
// minutes and boards of tasks that are checked each minute from three regions.
// `npx node bench/history/history.ts [--days 7] [--hot-days 1] [--tasks 10] [--json]`; the whole
// would be `--days 90 --tasks 500`, which takes hours.

interface Filled {
  readonly seconds: number;
  readonly peakRssMb: number;
}

/** Runs a part of the bench in a process of its own; throws if it fails. */
function run<T>(file: string, scene: Scene): T {
  const call = [join(import.meta.dirname, file), JSON.stringify(scene)];
  const { status, stdout } = spawnSync(process.execPath, call, {
    ...{ encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  });
  if (status !== 0) throw new Error(`${file} failed`);
  return JSON.parse(stdout);
}

function megabytesIn(dir: string): number {
  const files = readdirSync(dir, { recursive: true, encoding: "utf8" });
  return files.reduce((sum, file) => sum + statSync(join(dir, file)).size, 0) / 1e6;
}

/** What is stored, in items: hours and days, minutes and boards while they are hot. */
function itemsOf({ days, hotDays, tasks }: Scene): number {
  const hot = Math.min(days, hotDays) * 1_440;
  return tasks * (days * 25 + hot) + hotDays * 1_440;
}

function readRow({ what, ms, units, found }: ReadFigures): Row {
  return { what, figure: ms < 100 ? ms.toFixed(1) : ms.toFixed(0), unit: "ms", units, found };
}

function figureRow(what: string, figure: number, unit: string): Row {
  return { what, figure: figure.toFixed(figure < 10 ? 1 : 0), unit, units: "", found: "" };
}

function measure(scene: Scene): Row[] {
  const filled: Filled = run("fill.ts", scene);
  const measured: Measured = run("measure.ts", scene);
  return [
    figureRow("items", itemsOf(scene), ""),
    figureRow("filling", filled.seconds, "s"),
    figureRow("filling, most memory of the process", filled.peakRssMb, "MB"),
    figureRow("on disk", megabytesIn(scene.dir), "MB"),
    figureRow("reading, most memory of the process", measured.peakRssMb, "MB"),
    ...measured.reads.map(readRow),
  ];
}

const { values } = parseArgs({
  options: {
    days: { type: "string", default: "7" },
    "hot-days": { type: "string", default: "1" },
    tasks: { type: "string", default: "10" },
    json: { type: "boolean" },
  },
});
const dir = mkdtempSync(join(tmpdir(), "synfleet-history-bench-"));
try {
  const [days, hotDays, tasks] = [values.days, values["hot-days"], values.tasks].map(Number);
  const scene = { dir, days: days ?? 0, hotDays: hotDays ?? 0, tasks: tasks ?? 0 };
  const title = `${scene.days} days × ${scene.tasks} tasks × 3 regions, ${scene.hotDays} days of minutes`;
  publish("history", title, measure(scene));
} finally {
  rmSync(dir, { recursive: true });
}

import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hash32 } from "../../shared/hash.ts";
import type { Interval } from "../../shared/slot/slot.ts";
import { MINUTE_MS, SECOND_MS, startOfMinute } from "../../shared/units.ts";
import { randomOf } from "../random.ts";
import { publish, type Row, skip } from "../report.ts";
import { verdictRow } from "../verdict.ts";
import { readBooks } from "./books.ts";
import type { ChaosSetup } from "./control.ts";
import { DISTURBANCES, type Victim } from "./disturb.ts";
import { type FastTime, fastInstant, realUntil, timeOfDay } from "./fast-time.ts";
import { FleetProcess } from "./fleet-process.ts";
import { type Finding, type FleetEnd, judgeRun, judgeWeight } from "./judge-run.ts";
import { FILLABLE_DIR, runAgainWithDisk } from "./own-disk.ts";
import { type ChaosOptions, readOptions } from "./read-options.ts";
import { makeScenario, type Scenario } from "./scenario.ts";
import { Targets } from "./targets.ts";

// A fleet that is disturbed in every way beside one that is left alone: `npm run chaos -- --help`.

/** A disturbance that is later than this, because the machine is slow, is left out. */
const LATE_MS = 4 * SECOND_MS;

/** The last minutes are summarised this long after the scenario's end. */
const SETTLE_MS = 2.5 * MINUTE_MS;

/** How many of the things that are wrong are shown for each claim. */
const SHOWN = 5;

interface Run {
  readonly options: ChaosOptions;
  readonly folder: string;
  readonly scenario: Scenario;
  readonly time: FastTime;
  readonly counts: Map<string, number>;
}

function openFleet({ options, folder, time }: Run, name: "calm" | "disturbed"): FleetProcess {
  const dataDir = name === "disturbed" && FILLABLE_DIR !== null ? FILLABLE_DIR : join(folder, name);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const controlDir = name === "disturbed" ? join(folder, "control") : null;
  const setup: ChaosSetup = { time, controlDir, seed: options.seed };
  const errorsFile = join(folder, `${name}.log`);
  return new FleetProcess({ dataDir, tasksFile: join(folder, "tasks.json"), errorsFile }, setup);
}

function writeTasks({ folder, scenario }: Run, targets: Targets): void {
  const tasks = scenario.tasks.map(({ name, scheduleMs }) => ({
    name,
    host: targets.hosts.get(name),
    schedule_seconds: scheduleMs / SECOND_MS,
    timeout_seconds: 2,
  }));
  writeFileSync(join(folder, "tasks.json"), JSON.stringify({ tasks }));
}

async function disturb(run: Run, span: Interval, victim: Victim): Promise<void> {
  const { scenario, time, counts } = run;
  for (const { name, atMs } of scenario.disturbances) {
    const dueAtMs = span.fromMs + atMs;
    await sleep(Math.max(0, realUntil(time, dueAtMs, Date.now())));
    const nowMs = fastInstant(time, Date.now());
    const isLate = nowMs > dueAtMs + LATE_MS;
    process.stderr.write(`${timeOfDay(nowMs)} ${name}${isLate ? ", left out: too late" : ""}\n`);
    const result = isLate ? "skipped" : await DISTURBANCES[name].act(victim);
    const key = result === "done" ? name : `${name}, left out`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
}

async function endOf(run: Run, fleet: FleetProcess, span: Interval): Promise<FleetEnd> {
  const { time, scenario } = run;
  process.stderr.write(`ending a fleet, and reading its books in ${fleet.place.dataDir}\n`);
  await fleet.end("SIGTERM");
  const books = await readBooks(
    fleet.place.dataDir,
    scenario.tasks.map(({ name }) => name),
    { now: () => fastInstant(time, Date.now()), span },
  );
  const printed = [...fleet.printedResults].filter(([, slotAtMs]) => slotAtMs < span.toMs);
  return {
    books,
    printedResults: new Set(printed.map(([id]) => id)),
    ownEnds: fleet.ownEnds,
    slowEnds: fleet.slowEnds,
  };
}

/** The scenario begins with a minute that both fleets see whole. */
function spanFrom({ scenario, time }: Run): Interval {
  const fromMs = startOfMinute(fastInstant(time, Date.now())) + 2 * MINUTE_MS;
  return { fromMs, toMs: fromMs + scenario.lengthMs };
}

async function runChaos(run: Run): Promise<boolean> {
  const { options, scenario, time } = run;
  const targets = await Targets.open(scenario);
  writeTasks(run, targets);
  const [calm, disturbed] = [openFleet(run, "calm"), openFleet(run, "disturbed")];
  await Promise.all([calm.start(), disturbed.start()]);
  const span = spanFrom(run);
  targets.follow(time, span.fromMs);
  try {
    await disturb(run, span, {
      fleet: disturbed,
      controlDir: join(run.folder, "control"),
      mayFillDisk: FILLABLE_DIR !== null,
      random: randomOf(hash32(`${options.seed} disturbances`)),
    });
    process.stderr.write("waiting for the last summaries\n");
    await sleep(Math.max(0, realUntil(time, span.toMs + SETTLE_MS, Date.now())));
    const [own, other] = [await endOf(run, calm, span), await endOf(run, disturbed, span)];
    return report(run, judgeRun(own, other, { tasks: scenario.tasks, span }), own);
  } finally {
    targets.close();
    await Promise.all([calm.end("SIGKILL"), disturbed.end("SIGKILL")]);
  }
}

function report({ options, counts }: Run, findings: readonly Finding[], calm: FleetEnd): boolean {
  const done = [...counts].filter(([name]) => name in DISTURBANCES);
  const total = done.reduce((sum, [, count]) => sum + count, 0);
  const none = { limit: 0, bound: "at most" } as const;
  const rows: Row[] = [
    ...judgeWeight(calm, total).map(verdictRow),
    ...findings.map(({ claim, wrong }) => verdictRow({ claim, measured: wrong.length, ...none })),
  ];
  for (const { claim, wrong } of findings) {
    for (const sentence of wrong.slice(0, SHOWN)) process.stderr.write(`${claim}: ${sentence}\n`);
  }
  publish(
    "chaos",
    "What went wrong",
    [...counts].map(([disturbance, count]) => ({ disturbance, count })),
  );
  publish("chaos-verdicts", `What must hold, with --seed ${options.seed}`, rows);
  return rows.every(({ holds }) => holds === "yes");
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), () => randomBytes(6).toString("hex"));
  const folder = mkdtempSync(join(tmpdir(), "synfleet-chaos-"));
  try {
    if (FILLABLE_DIR === null) {
      const disk = join(folder, "disk");
      mkdirSync(disk);
      const code = runAgainWithDisk(disk, options.seed);
      if (code !== null) return code;
      skip("full disk", "this machine allows no file system of its own");
    }
    const nowMs = Date.now();
    const time = { speed: options.speed, realBaseMs: nowMs, baseMs: nowMs };
    const scenario = makeScenario(options.seed, options.minutes * options.speed * MINUTE_MS);
    process.stderr.write(`chaos with --seed ${options.seed}\n`);
    return (await runChaos({ options, folder, scenario, time, counts: new Map() })) ? 0 : 1;
  } finally {
    if (options.keep) process.stderr.write(`The data is kept in ${folder}\n`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();

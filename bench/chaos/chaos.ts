import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Interval } from "../../shared/slot/slot.ts";
import { type EpochMs, MINUTE_MS, SECOND_MS, startOfMinute } from "../../shared/units.ts";
import { publish, type Row, skip } from "../report.ts";
import { verdictRow } from "../verdict.ts";
import { readBooks } from "./books.ts";
import type { ChaosSetup } from "./control.ts";
import { DISTURBANCES, type Victim } from "./disturb.ts";
import { type FastTime, fastInstant, realUntil } from "./fast-time.ts";
import { FleetProcess } from "./fleet-process.ts";
import { type Finding, type FleetEnd, judgeRun, judgeWeight } from "./judge-run.ts";
import { FILLABLE_DIR, runAgainWithDisk } from "./own-disk.ts";
import { randomFrom } from "./random.ts";
import { type ChaosOptions, readOptions } from "./read-options.ts";
import { makeScenario, type Scenario } from "./scenario.ts";
import { startTargets, type Targets } from "./targets.ts";

// A fleet that is disturbed in every way beside one that is left alone: `npm run chaos -- --help`.

/** A run begins this much before a whole minute of its clock, so that both fleets are up by then. */
const LEAD_MS = 40 * SECOND_MS;

/** The last minutes are summarised this long after the scenario's end. */
const SETTLE_MS = 2.5 * MINUTE_MS;

/** How many of the things that are wrong are shown for each claim. */
const SHOWN = 5;

interface Run {
  readonly options: ChaosOptions;
  readonly folder: string;
  readonly scenario: Scenario;
  readonly time: FastTime;
  readonly targets: Targets;
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

function writeTasks({ folder, scenario, targets }: Run): void {
  const tasks = scenario.tasks.map(({ name, scheduleMs }) => ({
    name,
    host: targets.hosts.get(name),
    schedule_seconds: scheduleMs / SECOND_MS,
    timeout_seconds: 2,
  }));
  writeFileSync(join(folder, "tasks.json"), JSON.stringify({ tasks }));
}

async function disturb(run: Run, victim: Victim): Promise<void> {
  const { scenario, time, counts } = run;
  const underWay: Promise<void>[] = [];
  for (const { name, atMs } of scenario.disturbances) {
    await sleep(Math.max(0, realUntil(time, time.baseMs + atMs, Date.now())));
    // One that lasts too long, because the machine is slow, makes the next ones late.
    await Promise.all(underWay.splice(0));
    const shown = new Date(fastInstant(time, Date.now())).toISOString().slice(11, 19);
    process.stderr.write(`${shown} ${name}\n`);
    const act = DISTURBANCES[name].act(victim).then((result) => {
      const key = result === "done" ? name : `${name}, not possible here`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    });
    underWay.push(act);
  }
  await Promise.all(underWay);
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

/** The whole minutes of the scenario in which both fleets ran. A fleet begins with a whole minute. */
function spanOf({ time, scenario }: Run, begunAtMs: EpochMs): Interval {
  const firstMs = startOfMinute(begunAtMs) + 2 * MINUTE_MS;
  return { fromMs: firstMs, toMs: time.baseMs + scenario.lengthMs };
}

async function runChaos(run: Run): Promise<boolean> {
  const { options, scenario, time } = run;
  writeTasks(run);
  const [calm, disturbed] = [openFleet(run, "calm"), openFleet(run, "disturbed")];
  await Promise.all([calm.start(), disturbed.start()]);
  const span = spanOf(run, fastInstant(time, Date.now()));
  try {
    await disturb(run, {
      fleet: disturbed,
      controlDir: join(run.folder, "control"),
      mayFillDisk: FILLABLE_DIR !== null,
      random: randomFrom(`${options.seed} disturbances`),
    });
    const settledAtMs = time.baseMs + scenario.lengthMs + SETTLE_MS;
    process.stderr.write("waiting for the last summaries\n");
    await sleep(Math.max(0, realUntil(time, settledAtMs, Date.now())));
    const [own, other] = [await endOf(run, calm, span), await endOf(run, disturbed, span)];
    return report(run, judgeRun(own, other, { tasks: scenario.tasks, span }), own);
  } finally {
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
    const realBaseMs = Date.now() + LEAD_MS / options.speed;
    const time = { speed: options.speed, realBaseMs, baseMs: startOfMinute(Date.now()) };
    const scenario = makeScenario(options.seed, options.minutes * options.speed * MINUTE_MS);
    process.stderr.write(`chaos with --seed ${options.seed}\n`);
    const targets = await startTargets(scenario, time);
    const run: Run = { options, folder, scenario, time, targets, counts: new Map() };
    const holds = await runChaos(run);
    targets.close();
    return holds ? 0 : 1;
  } finally {
    if (options.keep) process.stderr.write(`The data is kept in ${folder}\n`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();

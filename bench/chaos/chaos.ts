import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hash32 } from "../../shared/hash.ts";
import type { Interval } from "../../shared/slot/slot.ts";
import { MINUTE_MS, SECOND_MS, startOfMinute } from "../../shared/units.ts";
import { randomOf } from "../random.ts";
import { skip } from "../report.ts";
import type { AgentProcess } from "./agent-process.ts";
import { DISTURBANCES, type Victim } from "./disturb.ts";
import { troubleAgent } from "./disturb-agent.ts";
import { fastInstant, realUntil, timeOfDay } from "./fast-time.ts";
import { FILLABLE_DIR, runAgainWithDisk } from "./own-disk.ts";
import { readOptions } from "./read-options.ts";
import { reportRun } from "./report-run.ts";
import type { Run } from "./run.ts";
import { makeScenario } from "./scenario.ts";
import { AGENT_CONTROL, endOf, killSide, openSide, settle, startSide } from "./side.ts";
import { Targets } from "./targets.ts";

// A fleet that is disturbed in every way beside one that is left alone: `npm run chaos -- --help`.

/** A disturbance that is later than this, because the machine is slow, is left out. */
const LATE_MS = 4 * SECOND_MS;

/** The last minutes are summarised this long after the scenario's end. */
const SETTLE_MS = 2.5 * MINUTE_MS;

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

/** What happens to the disturbed fleet's agent meanwhile. */
async function disturbAgent(run: Run, { fromMs }: Interval, agent: AgentProcess): Promise<void> {
  const { scenario, time, folder, counts } = run;
  if (scenario.agentTrouble === null) return;
  const controlDir = join(folder, AGENT_CONTROL);
  await troubleAgent(scenario.agentTrouble, agent, { time, fromMs, controlDir });
  counts.set("agent loses AWS", 1);
  counts.set("agent is killed", 1);
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
  const [calm, disturbed] = [openSide(run, "calm"), openSide(run, "disturbed")];
  await Promise.all([startSide(calm), startSide(disturbed)]);
  const span = spanFrom(run);
  targets.follow(time, span.fromMs);
  try {
    const ofAgent = disturbAgent(run, span, disturbed.agent);
    await disturb(run, span, {
      fleet: disturbed.fleet,
      controlDir: join(run.folder, "control"),
      mayFillDisk: FILLABLE_DIR !== null,
      random: randomOf(hash32(`${options.seed} disturbances`)),
    });
    await ofAgent;
    process.stderr.write("waiting for the last summaries\n");
    await sleep(Math.max(0, realUntil(time, span.toMs + SETTLE_MS, Date.now())));
    await settle(run, span, calm);
    await settle(run, span, disturbed);
    return reportRun(run, {
      ...{ calm: await endOf(run, calm, span), disturbed: await endOf(run, disturbed, span), span },
      losses: disturbed.agent.told.get("aws-lost") ?? 0,
    });
  } finally {
    targets.close();
    await Promise.all([killSide(calm), killSide(disturbed)]);
  }
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

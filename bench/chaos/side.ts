import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Interval } from "../../shared/slot/slot.ts";
import { MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import { AgentProcess } from "./agent-process.ts";
import { type Books, readBooks } from "./books.ts";
import type { ChaosSetup } from "./control.ts";
import { fastInstant } from "./fast-time.ts";
import { FleetProcess } from "./fleet-process.ts";
import { type FleetEnd, slotFaults } from "./judge-run.ts";
import { FILLABLE_DIR } from "./own-disk.ts";
import type { Run } from "./run.ts";

/** So long a slow machine is waited for, by its own clock. */
const PATIENCE_MS = MINUTE_MS;
const PAUSE_MS = SECOND_MS / 2;

/** The folder of the orders to the disturbed fleet's agent. */
export const AGENT_CONTROL = "agent-control";

/** A fleet with the agent of its location. */
export interface Side {
  readonly fleet: FleetProcess;
  readonly agent: AgentProcess;
}

/** Makes the processes of one fleet, which do not run yet. */
export function openSide({ options, folder, time }: Run, name: "calm" | "disturbed"): Side {
  const dataDir = name === "disturbed" && FILLABLE_DIR !== null ? FILLABLE_DIR : join(folder, name);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const setupOf = (control: string): ChaosSetup => ({
    time,
    controlDir: name === "disturbed" ? join(folder, control) : null,
    seed: options.seed,
  });
  const errorsFile = join(folder, `${name}.log`);
  const place = { dataDir, tasksFile: join(folder, "tasks.json"), errorsFile };
  const ofAgent = { homeDir: dataDir, dataDir: join(folder, `${name}-agent`), errorsFile };
  return {
    fleet: new FleetProcess(place, setupOf("control")),
    agent: new AgentProcess(ofAgent, setupOf(AGENT_CONTROL)),
  };
}

/** Starts a fleet and its agent; resolves when the agent has a plan. */
export async function startSide({ fleet, agent }: Side): Promise<void> {
  await fleet.start();
  agent.start();
  await until(() => agent.told.has("plan"));
}

/** Kills what still runs of a fleet. */
export async function killSide({ fleet, agent }: Side): Promise<void> {
  await agent.stop("SIGKILL");
  await fleet.end("SIGKILL");
}

/**
 * A slow machine takes longer for the last summaries, and to write those again for which the agent
 * delivered results late.
 */
export async function settle(run: Run, span: Interval, { fleet, agent }: Side): Promise<void> {
  await until(() => fleet.summarisedToMs >= span.toMs && agent.waiting === 0);
  const { tasks } = run.scenario;
  await until(async () => {
    const books = await booksOf(run, fleet, span).catch(() => null);
    return books !== null && slotFaults(books, tasks).length === 0;
  });
}

/** Looks again and again, up to a patience. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAtMs = Date.now() + PATIENCE_MS;
  while (!(await isSo()) && Date.now() < giveUpAtMs) await sleep(PAUSE_MS);
}

/** Also while the fleet runs. */
function booksOf({ time, scenario }: Run, { place }: FleetProcess, span: Interval): Promise<Books> {
  const names = scenario.tasks.map(({ name }) => name);
  return readBooks(place.dataDir, names, { now: () => fastInstant(time, Date.now()), span });
}

/** Ends a fleet in order, and reads its books. */
export async function endOf(run: Run, { fleet, agent }: Side, span: Interval): Promise<FleetEnd> {
  process.stderr.write(`ending a fleet, and reading its books in ${fleet.place.dataDir}\n`);
  await agent.stop("SIGTERM");
  await fleet.end("SIGTERM");
  const books = await booksOf(run, fleet, span);
  const printed = [...fleet.printedResults].filter(([, slotAtMs]) => slotAtMs < span.toMs);
  return {
    books,
    printedResults: new Set(printed.map(([id]) => id)),
    ownEnds: [...fleet.ownEnds, ...agent.ownEnds],
    slowEnds: fleet.slowEnds,
  };
}

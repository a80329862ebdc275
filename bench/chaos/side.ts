import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Interval } from "../../shared/slot/slot.ts";
import { MINUTE_MS } from "../../shared/units.ts";
import { AgentProcess } from "./agent-process.ts";
import { readBooks } from "./books.ts";
import type { ChaosSetup } from "./control.ts";
import { fastInstant } from "./fast-time.ts";
import { FleetProcess } from "./fleet-process.ts";
import type { FleetEnd } from "./judge-run.ts";
import { FILLABLE_DIR } from "./own-disk.ts";
import type { Run } from "./run.ts";

/** What was delivered late is in the summaries after this. */
const REVISIT_MS = 1.5 * MINUTE_MS;

/** So long a slow machine is waited for, by its own clock. */
const PATIENCE_MS = MINUTE_MS;

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

/** A slow machine takes longer for the last summaries, and with what the agent delivered late in them. */
export async function settle(
  { time }: Run,
  { toMs }: Interval,
  sides: readonly Side[],
): Promise<void> {
  const isSettled = () =>
    sides.every(({ fleet, agent }) => fleet.summarisedToMs >= toMs && agent.waiting === 0);
  if (isSettled()) return;
  await until(isSettled);
  await sleep(REVISIT_MS / time.speed);
}

/** Looks again and again, up to a patience. */
async function until(isSo: () => boolean): Promise<void> {
  for (const giveUpAtMs = Date.now() + PATIENCE_MS; !isSo() && Date.now() < giveUpAtMs; )
    await sleep(100);
}

/** Ends a fleet in order, and reads its books. */
export async function endOf(run: Run, { fleet, agent }: Side, span: Interval): Promise<FleetEnd> {
  const { time, scenario } = run;
  process.stderr.write(`ending a fleet, and reading its books in ${fleet.place.dataDir}\n`);
  await agent.stop("SIGTERM");
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
    ownEnds: [...fleet.ownEnds, ...agent.ownEnds],
    slowEnds: fleet.slowEnds,
  };
}

import { setTimeout as sleep } from "node:timers/promises";
import { type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import { between, type Random } from "../random.ts";
import type { AgentProcess } from "./agent-process.ts";
import { CALM, giveOrders } from "./control.ts";
import { type FastTime, realUntil } from "./fast-time.ts";

/** What goes wrong for the agent of the disturbed fleet, in the run's time from the scenario's beginning. */
export interface AgentTrouble {
  /** It has no way to AWS from one offset to the other. */
  readonly awayFromMs: number;
  readonly awayToMs: number;
  readonly killedAtMs: number;
}

const WARM_UP_MS = MINUTE_MS;
const LONGEST_MS = HOUR_MS;

/** After its return it has so long to deliver what it kept. */
const RETURN_MS = 1.5 * MINUTE_MS;

/** An hour without AWS, or as long as the run allows, and a kill before or after it; null if the run is too short. */
export function agentTroubleOf(lengthMs: number, random: Random): AgentTrouble | null {
  const awayFromMs = WARM_UP_MS + between(random, 15, 25) * SECOND_MS;
  const awayToMs = Math.min(awayFromMs + LONGEST_MS, lengthMs - RETURN_MS);
  if (awayToMs - awayFromMs < MINUTE_MS) return null;
  const isBefore = random() < 0.5;
  const atMs = isBefore ? WARM_UP_MS - 10 * SECOND_MS : awayToMs;
  return { awayFromMs, awayToMs, killedAtMs: atMs + between(random, 2, 15) * SECOND_MS };
}

/** Lets all of it happen to an agent whose orders are in a folder; resolves when it is over. */
export async function troubleAgent(
  { awayFromMs, awayToMs, killedAtMs }: AgentTrouble,
  agent: AgentProcess,
  run: { readonly time: FastTime; readonly fromMs: EpochMs; readonly controlDir: string },
): Promise<void> {
  const realWait = (atMs: number) => realUntil(run.time, run.fromMs + atMs, Date.now());
  const until = (atMs: number) => sleep(Math.max(0, realWait(atMs)));
  const kill = until(killedAtMs).then(() => agent.kill());
  await until(awayFromMs);
  const callsCutUntilMs = Date.now() + realWait(awayToMs);
  giveOrders(run.controlDir, { ...CALM, callsCutUntilMs });
  await until(awayToMs);
  await kill;
}

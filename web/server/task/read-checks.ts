import type { FleetSources, OverviewMemory } from "../../../functions/history/history.ts";
import { EXPLAINED_MS, readMinutes, type TaskMinute } from "../../../functions/replay/replay.ts";
import { type EpochMs, MINUTE_MS, startOfMinute } from "../../../shared/units.ts";

/** Where the checks of a task are, and what is known of them already. */
export interface ChecksGround {
  readonly sources: Pick<FleetSources, "regions">;
  readonly memory: Pick<OverviewMemory, "bundles">;
}

/** Reads the stored minutes of a task that its explanation looks at, oldest first. */
export async function readChecks(
  { sources, memory }: ChecksGround,
  taskName: string,
  nowMs: EpochMs,
): Promise<TaskMinute[]> {
  const span = { fromMs: nowMs - EXPLAINED_MS, untilMs: startOfMinute(nowMs) + MINUTE_MS };
  const query = { taskName, ...span, bundles: memory.bundles };
  const minutes: TaskMinute[] = [];
  for await (const part of readMinutes(sources, query))
    minutes.push(...(part.get(taskName)?.minutes ?? []));
  return minutes;
}

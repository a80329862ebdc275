import { hash32 } from "../../../shared/hash.ts";
import type { Bundle } from "../../../shared/plan/plan.ts";
import { NO_FIGURES, NO_MARKS, type ProbeResult } from "../../../shared/result/result.ts";
import { type Interval, slotsOfTerm, type Timetable } from "../../../shared/slot/slot.ts";
import type { Task } from "../../../shared/task/task.ts";
import { MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";

/** Of a thousand checks one is lost; made again, it finds the port open. */
const LOST_OF = 1_000;
const RECHECK_AFTER_MS = 2 * SECOND_MS;

/** What one shard finds in a term when nothing is wrong. */
export function steadyResults(
  region: string,
  { tasks }: Bundle,
  { term, timetable }: { readonly term: Interval; readonly timetable: Timetable },
): ProbeResult[] {
  return tasks.flatMap((task, taskIndex) =>
    slotsOfTerm(task, timetable, term).flatMap((slotAtMs) =>
      attempts(region, task, { taskIndex, slotAtMs }),
    ),
  );
}

type Place = Pick<ProbeResult, "taskIndex" | "slotAtMs">;

function attempts(region: string, task: Task, place: Place): ProbeResult[] {
  const chance = chanceOf(`${region} ${task.name} ${place.slotAtMs}`);
  if (chance(0) >= 1 / LOST_OF) return [openResult(region, task, { place, chance })];
  const again = { ...place, slotAtMs: place.slotAtMs + RECHECK_AFTER_MS };
  return [
    lostResult(place),
    { ...openResult(region, task, { place: again, chance }), recheck: true },
  ];
}

/** Numbers from 0 to 1 that are the same in each run. */
function chanceOf(seed: string): (which: number) => number {
  return (which) => hash32(`${which} ${seed}`) / 2 ** 32;
}

function lostResult(place: Place): ProbeResult {
  return {
    ...{ ...place, startedAtMs: place.slotAtMs + 2, outcome: "timeout", expect: "open" },
    ...{ ...NO_FIGURES, ...NO_MARKS, address: null, timing: "user", suspect: false },
  };
}

/** A port some way off: the distance is the task's, the jitter the check's. Names are in the cache for a minute. */
function openResult(
  region: string,
  task: Task,
  { place, chance }: { readonly place: Place; readonly chance: (which: number) => number },
): ProbeResult {
  const distanceMs = 1 + (hash32(`${region} ${task.name}`) % 120_000) / 1_000;
  const connectTimeMs = toMicroseconds(distanceMs + 3 * chance(1));
  const isLookedUp = task.scheduleMs >= MINUTE_MS || chance(2) < task.scheduleMs / MINUTE_MS;
  return {
    ...{ ...place, outcome: "open", expect: "open" },
    startedAtMs: place.slotAtMs + Math.floor(6 * chance(3)),
    ...{ ...NO_FIGURES, ...NO_MARKS },
    connectTimeMs,
    elapsedMs: toMicroseconds(connectTimeMs + 0.1 + 0.9 * chance(4)),
    dnsTimeMs: isLookedUp ? toMicroseconds(0.5 + 20 * chance(5)) : null,
    address: addressOf(task),
    ...{ timing: "kernel", suspect: false },
  };
}

/** An address of its own for each host, anywhere. */
function addressOf({ host }: Task): string {
  const hash = hash32(host);
  return [1 + ((hash >>> 24) % 222), (hash >>> 16) & 255, (hash >>> 8) & 255, hash & 255].join(".");
}

function toMicroseconds(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

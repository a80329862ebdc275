import { hash32 } from "../../shared/hash.ts";
import { staggerOf } from "../../shared/plan/plan.ts";
import { slotsOfTerm } from "../../shared/slot/slot.ts";
import type { Task } from "../../shared/task/task.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import type { Beat } from "./worlds/sight.ts";

/** How a task is checked. */
export interface Setting {
  readonly regionCount: number;
  readonly scheduleMs: DurationMs;
}

/** The instants of a region's checks, and when its first lease term begins. */
export interface TermBeat extends Beat {
  readonly termFromMs: EpochMs;
}

/** The default timeout of a task. */
export const TIMEOUT_MS: DurationMs = 5 * SECOND_MS;

/** Names of regions, of which a setting takes the first ones. */
const REGION_NAMES = [
  "ap-southeast-2",
  "eu-central-1",
  "sa-east-1",
  "us-east-1",
  "us-west-2",
] as const;

/** The names of a setting's regions. */
export function regionNames({ regionCount }: Setting): readonly string[] {
  return REGION_NAMES.slice(0, regionCount);
}

/** The name of the task in the world of a seed: its phase follows from it. */
function taskNameOf(seed: number): string {
  return `task ${seed}`;
}

/**
 * The instants at which each region checks the task, by the real schedule: phases, stagger, spread.
 * Terms are a minute long and each region's begin at a second of its own, so that the slots of any
 * schedule that divides the minute, or is whole minutes, are a period apart.
 */
export function beatsOf(setting: Setting, seed: number, fromMs: EpochMs): TermBeat[] {
  const { scheduleMs } = setting;
  const names = regionNames(setting);
  const task = { name: taskNameOf(seed), scheduleMs };
  return names.map((region) => {
    const termFromMs = fromMs + (hash32(`${region} ${seed}`) % 60) * SECOND_MS;
    const firstMs = firstSlot(task, staggerOf(names, region), termFromMs);
    return { firstMs, periodMs: scheduleMs, termFromMs };
  });
}

function firstSlot(task: { name: string; scheduleMs: number }, stagger: number, termMs: number) {
  for (let fromMs = termMs; ; fromMs += MINUTE_MS) {
    const [slot] = slotsOfTerm(
      task,
      { staggerPermille: stagger },
      { fromMs, toMs: fromMs + MINUTE_MS },
    );
    if (slot !== undefined) return slot;
  }
}

/** The task in the world of a seed. */
export function taskOf({ scheduleMs }: Setting, seed: number): Task {
  return {
    name: taskNameOf(seed),
    target: { hostname: "192.0.2.1", port: 443 },
    host: "192.0.2.1:443",
    scheduleMs,
    timeoutMs: TIMEOUT_MS,
    targetId: null,
    enabled: true,
    regions: "all",
    expect: "open",
    addressFamily: "any",
    alert: {},
    tags: {},
  };
}

/** A setting as tables show it. */
export function settingText({ regionCount, scheduleMs }: Setting): string {
  return `${regionCount} x ${scheduleMs / SECOND_MS} s`;
}

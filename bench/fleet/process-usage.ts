import { existsSync, readdirSync } from "node:fs";
import { type EpochMs, MINUTE_MS } from "../../shared/units.ts";
import { memoryMbOf, statOf } from "../process-figures.ts";

/** What a process has used up to an instant. */
export interface Usage {
  readonly atMs: EpochMs;
  readonly rssMb: number;
  /** By thread, in the order in which they were started: `<name> <id>`. */
  readonly cpuSeconds: ReadonlyMap<string, number>;
}

export const CAN_READ_USAGE = existsSync("/proc/self/task");

/** Null once the process is gone. */
export function readUsage(pid: number): Usage | null {
  try {
    const threads = readdirSync(`/proc/${pid}/task`).sort((a, b) => Number(a) - Number(b));
    return {
      atMs: Date.now(),
      rssMb: memoryMbOf(pid),
      cpuSeconds: new Map(threads.map((thread) => readThread(pid, thread))),
    };
  } catch {
    return null;
  }
}

function readThread(pid: number, thread: string): [string, number] {
  const { name, cpuUs } = statOf(`${pid}/task/${thread}`);
  return [`${name} ${thread}`, cpuUs / 1e6];
}

/** CPU seconds a minute between two readings, by the threads' names without their numbers. */
export function cpuPerMinute(from: Usage, to: Usage): Map<string, number> {
  const minutes = (to.atMs - from.atMs) / MINUTE_MS;
  const byName = new Map<string, number>();
  for (const [thread, seconds] of to.cpuSeconds) {
    const name = thread.slice(0, thread.lastIndexOf(" "));
    const used = (seconds - (from.cpuSeconds.get(thread) ?? 0)) / minutes;
    byName.set(name, (byName.get(name) ?? 0) + used);
  }
  return byName;
}

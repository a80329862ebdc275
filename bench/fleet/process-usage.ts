import { existsSync, readdirSync, readFileSync } from "node:fs";
import { type EpochMs, MINUTE_MS } from "../../shared/units.ts";

/** What a process has used up to an instant. */
export interface Usage {
  readonly atMs: EpochMs;
  readonly rssMb: number;
  /** By thread, in the order in which they were started: `<name> <id>`. */
  readonly cpuSeconds: ReadonlyMap<string, number>;
}

/** Linux counts CPU time in these, whatever the kernel's own tick is (proc(5)). */
const TICKS_PER_SECOND = 100;

export const CAN_READ_USAGE = existsSync("/proc/self/task");

/** Null once the process is gone. */
export function readUsage(pid: number): Usage | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const threads = readdirSync(`/proc/${pid}/task`).sort((a, b) => Number(a) - Number(b));
    return {
      atMs: Date.now(),
      rssMb: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) / 1_024,
      cpuSeconds: new Map(threads.map((thread) => readThread(pid, thread))),
    };
  } catch {
    return null;
  }
}

function readThread(pid: number, thread: string): [string, number] {
  const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8");
  const nameEnd = stat.lastIndexOf(")");
  const name = stat.slice(stat.indexOf("(") + 1, nameEnd);
  // What follows the name begins with field 3; utime and stime are fields 14 and 15.
  const fields = stat.slice(nameEnd + 2).split(" ");
  return [`${name} ${thread}`, (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND];
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

/** By how much a series grows a minute: the least-squares line. */
export function growthPerMinute(usages: readonly Usage[]): number {
  const meanAt = usages.reduce((sum, { atMs }) => sum + atMs, 0) / usages.length;
  const meanRss = usages.reduce((sum, { rssMb }) => sum + rssMb, 0) / usages.length;
  let above = 0;
  let below = 0;
  for (const { atMs, rssMb } of usages) {
    above += (atMs - meanAt) * (rssMb - meanRss);
    below += (atMs - meanAt) ** 2;
  }
  return (above / below) * MINUTE_MS;
}

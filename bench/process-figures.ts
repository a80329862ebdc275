import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** What the kernel counts CPU in, for every process: a hundredth of a second. */
const TICK_US = 10_000;

export function pidOf({ pid, spawnfile }: ChildProcess): number {
  if (pid === undefined) throw new Error(`${spawnfile} did not start`);
  return pid;
}

/** What the kernel says of a process or a thread. */
interface Stat {
  readonly name: string;
  readonly parent: number;
  readonly cpuUs: number;
}

/** Of `<pid>`, or of a thread as `<pid>/task/<id>`. Throws once it is gone. */
export function statOf(which: number | string): Stat {
  const stat = readFileSync(`/proc/${which}/stat`, "utf8");
  // The name, in brackets, may hold anything. What follows are the fields of proc(5) from the 3rd on.
  const nameEnd = stat.lastIndexOf(")");
  const fields = stat.slice(nameEnd + 2).split(" ");
  return {
    name: stat.slice(stat.indexOf("(") + 1, nameEnd),
    parent: Number(fields[1]),
    cpuUs: TICK_US * (Number(fields[11]) + Number(fields[12])),
  };
}

/** What a process has in memory, in MB of a million bytes. */
export function memoryMbOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return (Number(kibibytes) * 1_024) / 1e6;
}

/** A process and all that came of it, the oldest first. */
export function familyOf(pid: number): number[] {
  const all = readdirSync("/proc").map(Number).filter(Number.isInteger);
  const parents = new Map(all.flatMap((each) => parentOf(each)));
  const family = [pid];
  for (const elder of family)
    for (const [child, parent] of parents) if (parent === elder) family.push(child);
  return family;
}

function parentOf(pid: number): [number, number][] {
  try {
    return [[pid, statOf(pid).parent]];
  } catch {
    // It has ended since it was listed.
    return [];
  }
}

/** What processes have in memory, in MB. Of what several share, each has its part. */
export function proportionalMemoryMbOf(pids: readonly number[]): number {
  const kibibytes = pids.map((pid) => {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1]);
  });
  return (kibibytes.reduce((sum, each) => sum + each, 0) * 1_024) / 1e6;
}

import { readdirSync, readFileSync } from "node:fs";

/** What the kernel counts CPU in, for every process: a hundredth of a second. */
const TICK_US = 10_000;

/** The CPU that a process has used. */
export function cpuUsOf(pid: number): number {
  const [user = 0, system = 0] = statOf(pid).slice(11, 13);
  return TICK_US * (user + system);
}

// The name before them, in brackets, may hold anything. Fields as in proc(5), the first is the 3rd.
function statOf(pid: number): number[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.map(Number);
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
    return [[pid, statOf(pid)[1] ?? 0]];
  } catch {
    // It has ended since it was listed.
    return [];
  }
}

/** As `memoryMbOf`, of several, with what they share counted once. */
export function sharedMemoryMbOf(pids: readonly number[]): number {
  const kibibytes = pids.map((pid) => {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1]);
  });
  return (kibibytes.reduce((sum, each) => sum + each, 0) * 1_024) / 1e6;
}

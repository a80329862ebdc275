import { readFileSync } from "node:fs";

/** What the kernel counts CPU in, for every process: a hundredth of a second. */
const TICK_US = 10_000;

/** The CPU that a process has used, or with its children that have ended. */
export function cpuUsOf(pid: number, withChildren = false): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name before it, in brackets, may hold anything. Fields as in proc(5), the first is the 3rd.
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
  return TICK_US * (user + system + (withChildren ? childUser + childSystem : 0));
}

/** What a process has in memory, in MB of a million bytes. */
export function memoryMbOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return (Number(kibibytes) * 1_024) / 1e6;
}

import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";

/** A group of processes that together get a share of one CPU, as a small Lambda function does. */
export interface CpuShare {
  /** Runs a command line inside the group, through `sh`. */
  readonly wrap: (command: readonly string[]) => readonly string[];
  readonly remove: () => void;
}

/** Lambda throttles in slices of about this length. */
const PERIOD_US = 20_000;

const V1 = "/sys/fs/cgroup/cpu";
const V2 = "/sys/fs/cgroup";

/** Why this machine cannot limit a process's CPU, or null where it can. */
export function whyNoCpuShare(): string | null {
  if (process.getuid?.() !== 0) return "needs root, for a control group";
  if (existsSync(`${V1}/cpu.cfs_quota_us`)) return null;
  const controllers = `${V2}/cgroup.controllers`;
  if (existsSync(controllers) && readFileSync(controllers, "utf8").includes("cpu")) return null;
  return "needs the cpu controller of control groups";
}

/** `share` of one CPU, 0 to 1; 1 is no limit. */
export function limitCpu(share: number): CpuShare {
  if (share >= 1) return { wrap: (command) => command, remove: () => undefined };
  const quota = Math.round(PERIOD_US * share);
  const isV1 = existsSync(`${V1}/cpu.cfs_quota_us`);
  const folder = `${isV1 ? V1 : V2}/synfleet-bench-${process.pid}`;
  mkdirSync(folder, { recursive: true });
  if (isV1) {
    writeFileSync(`${folder}/cpu.cfs_period_us`, String(PERIOD_US));
    writeFileSync(`${folder}/cpu.cfs_quota_us`, String(quota));
  } else writeFileSync(`${folder}/cpu.max`, `${quota} ${PERIOD_US}`);
  return {
    wrap: (command) => [
      "sh",
      "-c",
      `echo $$ > ${folder}/cgroup.procs; exec "$@"`,
      "sh",
      ...command,
    ],
    remove: () => rmdirSync(folder),
  };
}

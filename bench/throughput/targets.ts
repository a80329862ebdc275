import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { buildNative } from "../native/build.ts";
import { limitCpu } from "../truth/cpu-share.ts";
import { openDelayedPath } from "../truth/delayed-path.ts";
import { startInside } from "../truth/start-inside.ts";

/** A thousand hosts to connect to, so that ports never run out. */
export interface Targets {
  readonly firstHost: string;
  readonly port: number;
  /** Starts a process that can reach them, on one core. */
  readonly start: (core: number, command: readonly string[]) => ChildProcess;
  readonly end: () => Promise<void>;
}

/** Each subject has a core to itself, and its targets the other. */
export const SUBJECT_CORE = 0;
export const TARGET_CORE = 1;

/** 20 ms away: what the other end does is not charged to who connects, as in life. */
export async function openFarTargets(): Promise<Targets> {
  const path = await openDelayedPath(20);
  const { namespace } = path;
  const share = limitCpu(1);
  return {
    firstHost: "10.77.1.1",
    port: 80,
    start: (core, command) => startInside({ namespace, share, core }, command),
    end: async () => void (await path.end()),
  };
}

/** On loopback, which answers at once: the kernel's work of both ends is charged to who connects. */
export async function openNearTargets(): Promise<Targets> {
  const child = startPinned(TARGET_CORE, [buildNative("accept-loop.c")]);
  const [line] = await once(child.stdout ?? child, "data");
  return {
    firstHost: "127.77.1.1",
    port: Number(line),
    start: startPinned,
    end: async () => void child.kill(),
  };
}

function startPinned(core: number, command: readonly string[]): ChildProcess {
  return spawn("taskset", ["-c", String(core), ...command], { stdio: ["ignore", "pipe", "pipe"] });
}

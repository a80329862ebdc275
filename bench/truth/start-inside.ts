import { type ChildProcess, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { CpuShare } from "./cpu-share.ts";

/** Where a process runs: on a path of known delay, with its share of a core. */
export interface Place {
  readonly namespace: string;
  readonly share: CpuShare;
  readonly core: number;
}

export function startInside(place: Place, command: readonly string[]): ChildProcess {
  const inside = ["ip", "netns", "exec", place.namespace];
  const onOneCore = ["taskset", "-c", String(place.core)];
  const [program = "", ...rest] = place.share.wrap([...inside, ...onOneCore, ...command]);
  return spawn(program, rest, { stdio: ["ignore", "pipe", "pipe"] });
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. What it prints is all that is known of it; a failure throws. */
export async function runInside(place: Place, command: readonly string[]): Promise<Output> {
  return await outputOf(startInside(place, command));
}

/** Waits until a process has ended, and gives what it printed. */
export async function outputOf(child: ChildProcess): Promise<Output> {
  const ended = new Promise((resolve) => child.once("close", resolve));
  if (child.stdout === null || child.stderr === null) throw new Error("No pipe to a subject");
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const code = await ended;
  if (code !== 0) throw new Error(`${child.spawnargs.join(" ").slice(0, 300)}: ${code} ${stderr}`);
  return { stdout, stderr };
}

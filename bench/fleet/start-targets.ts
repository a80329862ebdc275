import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Targets } from "./listeners.ts";

const ROOT = join(import.meta.dirname, "../..");

const LISTENERS = 200;

/** Starts a program of this repository with Node; its standard output is piped. */
export function startProgram(file: string, args: readonly string[]): ChildProcess {
  const call = [join(ROOT, file), ...args];
  return spawn(process.execPath, call, { stdio: ["pipe", "pipe", "inherit"] });
}

/** Ports to probe on 127.0.0.1, served by another process until `end`. */
export async function startTargets(): Promise<{ targets: Targets; end: () => void }> {
  const child = startProgram("bench/fleet/listeners.ts", [String(LISTENERS)]);
  if (child.stdout === null) throw new Error("No output of the listeners");
  const [line]: string[] = await once(createInterface(child.stdout), "line");
  return { targets: JSON.parse(line ?? ""), end: () => child.stdin?.end() };
}

import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fleet } from "../../shared/plan/plan.ts";

/** Who has the data open now, and where it answers. Stale after a kill: ask `isAlive`. */
export interface Runtime {
  readonly pid: number;
  /** A fleet serves others; a command keeps the database for itself and is soon done. */
  readonly role: "fleet" | "command";
  /** URL of the embedded DynamoDB. */
  readonly database: string;
  /** URL of the PutEvents endpoint; null where there is none. */
  readonly events: string | null;
  readonly fleet: Fleet;
}

const RUNTIME_FILE = "runtime.json";
const FLEET_FILE = "fleet.json";

/** Null where nobody wrote it, or what is there can't be read. */
export function readRuntime(dir: string): Runtime | null {
  return readJson<Runtime>(join(dir, RUNTIME_FILE));
}

/** The fleet that last ran on this data, or null. */
export function readFleet(dir: string): Fleet | null {
  return readJson<Fleet>(join(dir, FLEET_FILE));
}

/** Says to others that this process has the data open. */
export function rememberRuntime(dir: string, runtime: Omit<Runtime, "pid">): void {
  writeJson(join(dir, RUNTIME_FILE), { pid: process.pid, ...runtime });
  if (runtime.role === "fleet") writeJson(join(dir, FLEET_FILE), runtime.fleet);
}

/** Takes back what this process said; leaves another's word alone. */
export function forgetRuntime(dir: string): void {
  if (readRuntime(dir)?.pid === process.pid) rmSync(join(dir, RUNTIME_FILE), { force: true });
}

/** Whether a process of that number runs, be it ours or not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function readJson<T>(path: string): T | null {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const unreadable = error instanceof SyntaxError;
    if (unreadable || (error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

// Renamed into place: a reader, or a kill in between, never sees half a file.
function writeJson(path: string, value: object): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(draft, path);
}

import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fleet } from "../../shared/plan/plan.ts";
import { newAccessKey } from "../guard/access-key.ts";

/** Which process has the data open, and its URLs. The file stays after a kill: see `findFleet`. */
export interface Runtime {
  readonly pid: number;
  /** A fleet shares its database with commands; a command does not, and ends soon. */
  readonly role: "fleet" | "command";
  /** URL of the embedded DynamoDB. */
  readonly database: string;
  /** URL of the PutEvents endpoint; null if there is none. */
  readonly events: string | null;
  /** URL of the Invoke endpoint. A command has none, nor has a fleet of a version before it. */
  readonly functions?: string;
  /** URL of the fleet's page. A fleet without one has none. */
  readonly page?: string;
  /** The `ACCESS_KEY` of the process. Files of versions before it have none. */
  readonly accessKey?: string;
  readonly fleet: Fleet;
}

/**
 * The access key of this process: its clients sign with it, and it tells this process from an earlier
 * one with the same id.
 */
export const ACCESS_KEY = newAccessKey();

/** The file that says where the database of a running fleet or command is. */
export const RUNTIME_FILE = "runtime.json";
const FLEET_FILE = "fleet.json";

/** Reads who has the data in `dir` open; null if the file does not exist or can't be parsed. */
export function readRuntime(dir: string): Runtime | null {
  return readJson<Runtime>(join(dir, RUNTIME_FILE));
}

/** The fleet that last ran on the data in `dir`, or null. */
export function readFleet(dir: string): Fleet | null {
  return readJson<Fleet>(join(dir, FLEET_FILE));
}

/** Tells other processes that this one has the data open. */
export function rememberRuntime(dir: string, runtime: Omit<Runtime, "pid" | "accessKey">): void {
  writeJson(join(dir, RUNTIME_FILE), { pid: process.pid, accessKey: ACCESS_KEY, ...runtime });
  if (runtime.role === "fleet") writeJson(join(dir, FLEET_FILE), runtime.fleet);
}

/** Deletes the runtime file if it is from this process. */
export function forgetRuntime(dir: string): void {
  try {
    if (readRuntime(dir)?.accessKey === ACCESS_KEY)
      rmSync(join(dir, RUNTIME_FILE), { force: true });
  } catch {
    // A disk that fails now keeps the file, and `findFleet` finds that the run is over.
  }
}

/** The access key for the endpoints of a runtime file; a version without keys takes any. */
export function accessKeyOf({ accessKey = "local" }: Pick<Runtime, "accessKey">): string {
  return accessKey;
}

/** Whether a process with this id runs, of this user or another. */
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

// A rename is atomic: neither a reader nor a kill ever sees an incomplete file. The file has the
// access key, so that it is created anew and only its user can read it, whatever the folder is.
function writeJson(path: string, value: object): void {
  const draft = `${path}.${process.pid}`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  renameSync(draft, path);
}

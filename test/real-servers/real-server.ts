import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { ProbeFacts } from "../../functions/probe/probers/probers.ts";
import type { Greeting } from "../../shared/task/task.ts";
import { refusedPort } from "../fakes/tcp-server.ts";
import { probe } from "../functions/probe/phases/dialogue/rig.ts";

const FOLDERS = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/usr/lib/rabbitmq/bin",
];
const START_MS = 60_000;
/** A free port can be taken by somebody else before the server has it: then it is tried again. */
const STARTS = 3;

/** Many servers refuse to run as root: then they run as a user without rights. */
const NOBODY = 65_534;
const USER: Pick<SpawnOptions, "uid" | "gid"> =
  process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** What a server of Debian's packages runs in, for as long as a test does. */
export interface Place {
  readonly folder: string;
  readonly port: number;
  /** Runs a command to its end, as the server's user; gives what it prints. */
  run(command: string, ...args: readonly string[]): string;
  /** Writes a file that the server reads; gives its path. */
  write(name: string, lines: readonly string[]): string;
}

/** How a server is started in the foreground. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** It gives up its rights by itself, and can't do without. */
  readonly asRoot?: true;
}

/** A server that runs until the test ends. */
export interface RealServer extends Place {
  /** What it has printed. */
  log(): string;
}

/** The path of a program; null, and the test is skipped with a word, if it is not installed. */
export function installed(t: TestContext, name: string, folders = FOLDERS): string | null {
  const path = folders.map((folder) => join(folder, name)).find((found) => existsSync(found));
  if (path === undefined) t.skip(`${name} is not installed`);
  return path ?? null;
}

/** Starts a server on a port of loopback, and waits until it takes connections. */
export async function startReal(
  t: TestContext,
  commandIn: (place: Place) => Command,
): Promise<RealServer> {
  const ended: string[] = [];
  while (ended.length < STARTS) {
    const server = await startOnce(t, commandIn);
    if (await accepting(server)) return server;
    ended.push(server.log());
  }
  throw new Error(`No start in ${STARTS} times:\n${ended.join("\n")}`);
}

interface Started extends RealServer {
  readonly child: ChildProcess;
}

async function startOnce(t: TestContext, commandIn: (place: Place) => Command): Promise<Started> {
  const place = await aPlace();
  let child: ChildProcess | null = null;
  t.after(async () => {
    if (child !== null) await stop(child);
    rmSync(place.folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const { command, args, env, asRoot } = commandIn(place);
  if (!asRoot) giveFiles(place.folder);
  const options = { ...(asRoot ? {} : USER), cwd: place.folder, env: { ...process.env, ...env } };
  const started = spawn(command, args, {
    ...options,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child = started;
  const printed: string[] = [];
  for (const stream of [started.stdout, started.stderr])
    stream.on("data", (text) => printed.push(`${text}`));
  return { ...place, child: started, log: () => printed.join("") };
}

/** Greets a server as a check does. */
export function greetReal(port: number, greeting: Greeting): Promise<ProbeFacts> {
  return probe(port, { greeting });
}

async function aPlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), "synfleet-real-"));
  giveFiles(folder);
  chmodSync(folder, 0o755);
  const options = { ...USER, cwd: folder, env: { ...process.env, HOME: folder } };
  return {
    folder,
    port: await refusedPort(),
    run: (command, ...args) =>
      execFileSync(command, args, { ...options, encoding: "utf8", stdio: "pipe" }),
    write(name, lines) {
      const path = join(folder, name);
      writeFileSync(path, `${lines.join("\n")}\n`);
      return path;
    },
  };
}

/** Some servers read only files of their own user. */
function giveFiles(folder: string): void {
  if (USER.uid === undefined) return;
  for (const name of [".", ...readdirSync(folder)]) chownSync(join(folder, name), NOBODY, NOBODY);
}

/** Waits until a server takes connections; false if it ended before that. */
async function accepting({ port, child, log }: Started): Promise<boolean> {
  const endMs = performance.now() + START_MS;
  while (!(await accepts(port))) {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    if (performance.now() > endMs) throw new Error(`No start in ${START_MS} ms: ${log()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect({ host: "127.0.0.1", port });
  const opened = await Promise.race([
    once(socket, "connect").then(() => true),
    once(socket, "error").then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return opened;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  const { pid } = child;
  if (pid === undefined) return;
  // A script that starts a server does not pass a signal on: the whole group gets it.
  process.kill(-pid, "SIGTERM");
  const timer = setTimeout(() => process.kill(-pid, "SIGKILL"), 5_000);
  await exited;
  clearTimeout(timer);
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody of the group is left.
  }
}

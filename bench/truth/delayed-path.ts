import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** What the packets themselves said of one connection. */
export interface PathTruth {
  readonly synCount: number;
  /** First SYN to the answer; null where none came. */
  readonly handshakeMs: number | null;
}

/** A network namespace whose only way out is a path of known delay. */
export interface DelayedPath {
  readonly namespace: string;
  /** Ends the path and tells the truth, by destination address. */
  readonly end: () => Promise<ReadonlyMap<string, PathTruth>>;
}

/** Why this machine cannot make one, or null where it can. */
export function whyNoDelayedPath(): string | null {
  if (process.platform !== "linux") return "needs Linux";
  if (process.getuid?.() !== 0) return "needs root, for a network namespace";
  if (!existsSync("/dev/net/tun")) return "needs /dev/net/tun";
  for (const tool of ["ip", "cc"]) {
    try {
      execFileSync("which", [tool], { stdio: "ignore" });
    } catch {
      return `needs ${tool}`;
    }
  }
  return null;
}

/** Builds one of the programs under bench/native/ into a temporary folder. */
export function buildNative(name: string): string {
  const binary = join(mkdtempSync(join(tmpdir(), "synfleet-bench-")), name);
  const source = join(import.meta.dirname, "..", "native", `${name}.c`);
  execFileSync("cc", ["-O2", "-o", binary, source]);
  return binary;
}

let made = 0;

/** Opens the path: 10.77.0-127.x open, 10.77.128-191.x refused, 10.77.192-255.x dropped. */
export async function openDelayedPath(program: string, delayMs: number): Promise<DelayedPath> {
  const namespace = `synfleet-${process.pid}-${made++}`;
  execFileSync("ip", ["netns", "add", namespace]);
  const delayUs = String(Math.round(delayMs * 1_000));
  const child = spawn("ip", ["netns", "exec", namespace, program, "path0", delayUs], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const truths = new Map<string, PathTruth>();
  const ready = once(lines, "line");
  lines.on("line", (line) => addTruth(truths, line));
  await ready;
  const ended = once(lines, "close");
  return {
    namespace,
    async end() {
      child.kill("SIGTERM");
      await ended;
      execFileSync("ip", ["netns", "del", namespace]);
      return truths;
    },
  };
}

function addTruth(truths: Map<string, PathTruth>, line: string): void {
  const [to, , syns, us] = line.split(" ");
  if (to === undefined || us === undefined) return;
  const handshakeMs = Number(us) < 0 ? null : Number(us) / 1_000;
  truths.set(to, { synCount: Number(syns), handshakeMs });
}

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { buildNative, isInstalled } from "../native/build.ts";

/** What the packets themselves said of the last connection to a host. */
export interface PathTruth {
  readonly firstSynUs: number;
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
  const missing = ["ip", "cc"].find((program) => !isInstalled(program));
  return missing === undefined ? null : `needs ${missing}`;
}

let made = 0;

/** Opens the path: 10.77.0-63.x open, 64-95 with a lost SYN, 128-191 refused, 192-255 dropped. */
export async function openDelayedPath(delayMs: number): Promise<DelayedPath> {
  const program = buildNative("delayed-path.c");
  const namespace = `synfleet-${process.pid}-${made++}`;
  execFileSync("ip", ["netns", "add", namespace]);
  execFileSync("ip", ["-n", namespace, "link", "set", "lo", "up"]);
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
  const [to, firstSynUs, syns, us] = line.split(" ");
  if (to === undefined || us === undefined) return;
  const handshakeMs = Number(us) < 0 ? null : Number(us) / 1_000;
  const truth = { firstSynUs: Number(firstSynUs), synCount: Number(syns), handshakeMs };
  const known = truths.get(to);
  if (known === undefined || known.firstSynUs < truth.firstSynUs) truths.set(to, truth);
}

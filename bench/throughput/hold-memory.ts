import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildNative } from "../native/build.ts";
import { familyOf, memoryMbOf, pidOf, proportionalMemoryMbOf } from "../process-figures.ts";
import { type Spread, spreadOf } from "../report.ts";
import { BLACKBOX, scrapeCommand, startBlackbox } from "../truth/blackbox.ts";
import { CHECK_TCP, checkTcpCommand, SPAWNERS } from "../truth/check-tcp.ts";
import { limitCpu } from "../truth/cpu-share.ts";
import { openDelayedPath } from "../truth/delayed-path.ts";
import { UNPACED } from "../truth/probe-burst.ts";
import { type Place, startInside } from "../truth/start-inside.ts";
import { hostsFrom } from "../truth/targets.ts";
import type { RoundsCall } from "./probe-rounds.ts";

/** The hosts behind this part of the path never answer. */
const DROPPED = "10.77.192.1";
const PORT = 80;

/** As many as one probe ever has open. */
const OPEN_COUNT = 800;
const SETTLE_MS = 3_000;

export interface Memory {
  readonly subject: string;
  /** With one socket open. */
  readonly idleMb: Spread;
  readonly perThousandMb: Spread;
}

export interface Holder {
  readonly name: string;
  readonly needs: readonly string[];
  /** Opens so many sockets that stay open, and gives what the process then has in memory. */
  hold(place: Place, count: number): Promise<number>;
}

export const HOLDERS: readonly Holder[] = [
  holder("C epoll loop", [], (count) => [buildNative("connect-loop.c"), ...burstOf(count)]),
  holder("synfleet", [], (count) => {
    const setup = { startsPerSecond: UNPACED, timing: "kernel" } as const;
    const rounds = { warmUpRounds: 0, rounds: 1, timeoutSeconds: 30 };
    const call: RoundsCall = { setup, firstHost: DROPPED, port: PORT, count, ...rounds };
    return script("probe-rounds.ts", JSON.stringify(call));
  }),
  holder("net.connect", [], (count) =>
    script("plain-rounds.ts", DROPPED, String(PORT), String(count), "0", "1"),
  ),
  holder("Go dialer", ["go"], (count) => [buildNative("go-dial.go"), ...burstOf(count)]),
  { name: "blackbox_exporter", needs: [BLACKBOX], hold: holdBlackbox },
  { name: "check_tcp", needs: [CHECK_TCP, "xargs"], hold: holdCheckTcp },
];

/** What a subject's memory grows by with each thousand of sockets, in so many runs. */
export async function measureMemory({ name, hold }: Holder, runCount: number): Promise<Memory> {
  const path = await openDelayedPath(20);
  const place = { namespace: path.namespace, share: limitCpu(1), core: 0 };
  const idle: number[] = [];
  const perThousand: number[] = [];
  for (let run = 0; run < runCount; run++) {
    const idleMb = await hold(place, 1);
    const openMb = await hold(place, OPEN_COUNT);
    idle.push(idleMb);
    perThousand.push(((openMb - idleMb) * 1_000) / OPEN_COUNT);
  }
  await path.end();
  return { subject: name, idleMb: spreadOf(idle), perThousandMb: spreadOf(perThousand) };
}

function holder(
  name: string,
  needs: readonly string[],
  command: (count: number) => readonly string[],
): Holder {
  return {
    name,
    needs,
    async hold(place, count) {
      const child = startInside(place, command(count));
      const ended = new Promise((resolve) => child.once("close", resolve));
      await sleep(SETTLE_MS);
      const memoryMb = memoryMbOf(pidOf(child));
      child.kill("SIGKILL");
      await ended;
      return memoryMb;
    },
  };
}

async function holdBlackbox(place: Place, count: number): Promise<number> {
  const exporter = await startBlackbox((command) => startInside(place, command));
  const asking = startInside(place, scrapeCommand(PORT, hostsFrom(DROPPED, count)));
  const ended = new Promise((resolve) => asking.once("close", resolve));
  await sleep(SETTLE_MS);
  const memoryMb = memoryMbOf(exporter.pid);
  asking.kill("SIGKILL");
  await ended;
  await exporter.end();
  return memoryMb;
}

async function holdCheckTcp(place: Place, count: number): Promise<number> {
  const all = startInside(place, checkTcpCommand(PORT, hostsFrom(DROPPED, count)));
  const ended = new Promise((resolve) => all.once("close", resolve));
  await sleep(SETTLE_MS);
  const family = familyOf(pidOf(all));
  try {
    if (family.length !== count + SPAWNERS)
      throw new Error(`${count} checks are ${family.length} processes`);
    return proportionalMemoryMbOf(family);
  } finally {
    for (const pid of family) process.kill(pid, "SIGKILL");
    await ended;
  }
}

function burstOf(count: number): string[] {
  return [DROPPED, PORT, count, 0, 1].map(String);
}

function script(name: string, ...rest: readonly string[]): string[] {
  return [process.execPath, join(import.meta.dirname, name), ...rest];
}

import { join } from "node:path";
import { buildNative } from "../native/build.ts";
import { blackbox } from "./blackbox.ts";
import { CHECK_TCP, checkTcpCommand, parseCheckTcp } from "./check-tcp.ts";
import { NPING, npingCommand, parseNping } from "./nping.ts";
import { runInside } from "./start-inside.ts";
import {
  hostsOf,
  PORT,
  type Read,
  type Reading,
  readLines,
  type Scene,
  type Subject,
  startedAnew,
} from "./subject.ts";

/** What people time connects with, and what could be had at best: C with the kernel's figure. */
export const PEERS: readonly Subject[] = [
  startedAnew(
    "C epoll loop, kernel timing",
    ["cc"],
    lines((scene) => [buildNative("connect-loop.c"), ...burstOf(scene)]),
  ),
  startedAnew(
    "Go dialer",
    ["go"],
    lines((scene) => [buildNative("go-dial.go"), ...burstOf(scene)]),
  ),
  startedAnew("net.connect", [], lines(script("plain-subject.ts"))),
  blackbox,
  startedAnew("check_tcp", [CHECK_TCP, "xargs"], readCheckTcp),
  startedAnew("nping", [NPING], readNping),
];

type Command = (scene: Scene) => readonly string[];

function lines(command: Command): Read {
  return async (place, scene) => readLines((await runInside(place, command(scene))).stdout);
}

function burstOf({ firstHost, count }: Scene): string[] {
  return [firstHost, PORT, count, 1].map(String);
}

function script(name: string, ...first: readonly string[]): Command {
  const program = join(import.meta.dirname, name);
  return (scene) => [process.execPath, program, ...first, String(PORT), ...hostsOf(scene)];
}

async function readCheckTcp(...[place, scene]: Parameters<Read>): Promise<Reading[]> {
  const { stdout } = await runInside(place, checkTcpCommand(PORT, hostsOf(scene)));
  const found = parseCheckTcp(stdout);
  return found.map(({ host, seconds }) => ({ host, ms: seconds * 1_000, isSuspect: false }));
}

async function readNping(...[place, scene]: Parameters<Read>): Promise<Reading[]> {
  const hosts = hostsOf(scene);
  const { stdout } = await runInside(place, npingCommand(PORT, hosts));
  return parseNping(stdout, hosts).map(({ host, ms }) => ({ host, ms, isSuspect: false }));
}

import { join } from "node:path";
import { buildNative } from "../native/build.ts";
import { blackbox } from "./blackbox.ts";
import { CHECK_TCP, checkTcpCommand, readCheckTcp } from "./check-tcp.ts";
import { NPING, npingCommand, readNping } from "./nping.ts";
import { runInside } from "./start-inside.ts";
import {
  hostsOf,
  PORT,
  type Read,
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
  startedAnew("check_tcp", [CHECK_TCP, "xargs"], async (place, scene) => {
    const { stdout } = await runInside(place, checkTcpCommand(PORT, hostsOf(scene)));
    return readCheckTcp(stdout);
  }),
  startedAnew("nping", [NPING], async (place, scene) => {
    const hosts = hostsOf(scene);
    return readNping((await runInside(place, npingCommand(PORT, hosts))).stdout, hosts);
  }),
];

type Command = (scene: Scene) => readonly string[];

function lines(command: Command): Read {
  return async (place, scene) => readLines((await runInside(place, command(scene))).stdout);
}

function burstOf({ firstHost, count }: Scene): string[] {
  return [firstHost, PORT, count, 0, 1].map(String);
}

function script(name: string): Command {
  const program = join(import.meta.dirname, name);
  return (scene) => [process.execPath, program, String(PORT), ...hostsOf(scene)];
}

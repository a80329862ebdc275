import { join } from "node:path";
import { buildNative } from "../native/build.ts";
import { blackbox } from "./blackbox.ts";
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

const CHECK_TCP = "/usr/lib/nagios/plugins/check_tcp";

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
  {
    ...startedAnew("check_tcp", [CHECK_TCP], lines(script("spawn-check-tcp.ts", CHECK_TCP))),
    mostChecks: 200,
    leastShare: 0.25,
  },
  { ...startedAnew("nping", ["nping"], readNping), mostChecks: 200 },
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

const NPING_RTT = /Max rtt: ([\d.]+)ms/;

// Of a lone host it names no host.
async function readNping(...[place, scene]: Parameters<Read>): Promise<Reading[]> {
  const burst = ["--tcp-connect", "-p", String(PORT), "-c", "1", "--rate", "100000"];
  const hosts = hostsOf(scene);
  const { stdout } = await runInside(place, ["nping", ...burst, ...hosts]);
  const parts = hosts.length === 1 ? [stdout] : stdout.split("Statistics for host ").slice(1);
  return parts.flatMap((part) => {
    const host = hosts.length === 1 ? hosts[0] : part.slice(0, part.indexOf(":"));
    const ms = NPING_RTT.exec(part)?.[1];
    return host === undefined || ms === undefined
      ? []
      : [{ host, ms: Number(ms), isSuspect: false }];
  });
}

import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { startsPerSecondFor } from "../../shared/plan/plan.ts";
import { buildNative } from "../native/build.ts";
import { statOf } from "../process-figures.ts";
import { BLACKBOX, scrapeCommand, startBlackbox } from "../truth/blackbox.ts";
import { CHECK_TCP, checkTcpCommand, readCheckTcp } from "../truth/check-tcp.ts";
import { NPING, npingCommand, readNping } from "../truth/nping.ts";
import { type ProbeSetup, UNPACED } from "../truth/probe-burst.ts";
import { outputOf } from "../truth/start-inside.ts";
import { hostsFrom } from "../truth/targets.ts";
import type { RoundsCall } from "./probe-rounds.ts";
import { SUBJECT_CORE, TARGET_CORE, type Targets } from "./targets.ts";

/** What a subject took for its checks. */
export interface Cost {
  readonly checks: number;
  readonly cpuUs: number;
  readonly wallUs: number;
  /** The most descriptors that were open at once; only the probe counts them. */
  readonly mostOpen?: number;
}

export interface Subject {
  readonly name: string;
  readonly needs: readonly string[];
  measure(targets: Targets): Promise<Cost>;
}

const COUNT = 1_000;
/**
 * Node needs some 40,000 checks until it has compiled all of their code. All have the same behind
 * them, since each closed connection holds a port for a minute, which makes the next ones dearer.
 */
const WARM_UP_ROUNDS = 50;
const ROUNDS = 20;
const PACED_ROUNDS = 5;

/** What a function with a whole core starts a second. */
const WHOLE_CORE_PACE = 1_600;
const PER_TICK = 8;

/** What a function of 128 MB is planned to check a second, each check at an instant of its own. */
const SCHEDULED_PER_SECOND = 335;

export const PROBE = "synfleet, kernel timing";
export const PROBE_PACED = "synfleet, kernel timing, paced";
const PROBE_SCHEDULED = `synfleet, kernel timing, ${SCHEDULED_PER_SECOND} scheduled a second`;
export const C_LOOP = "C epoll loop, kernel timing";
export const C_LOOP_PACED = "C epoll loop, kernel timing, paced";
export const GO = "Go dialer";
export const BLACKBOX_NAME = "blackbox_exporter";

export const SUBJECTS: readonly Subject[] = [
  native(C_LOOP, "cc", (targets) => burstOf("connect-loop.c", targets, ROUNDS)),
  native(C_LOOP_PACED, "cc", (targets) => [
    ...burstOf("connect-loop.c", targets, PACED_ROUNDS),
    String(PER_TICK),
  ]),
  probe(PROBE, { timing: "kernel", startsPerSecond: UNPACED }, ROUNDS),
  probe(PROBE_PACED, { timing: "kernel", startsPerSecond: WHOLE_CORE_PACE }, PACED_ROUNDS),
  probe(
    PROBE_SCHEDULED,
    {
      timing: "kernel",
      startsPerSecond: startsPerSecondFor(128),
      scheduledPerSecond: SCHEDULED_PER_SECOND,
    },
    PACED_ROUNDS,
  ),
  probe("synfleet, user timing", { timing: "user", startsPerSecond: UNPACED }, ROUNDS),
  native("net.connect", "node", ({ firstHost, port }) =>
    script("plain-rounds.ts", firstHost, port, COUNT, WARM_UP_ROUNDS, ROUNDS),
  ),
  native(GO, "go", (targets) => burstOf("go-dial.go", targets, ROUNDS)),
  { name: BLACKBOX_NAME, needs: [BLACKBOX], measure: measureBlackbox },
  timed("check_tcp", [CHECK_TCP, "bash", "xargs"], {
    command: checkTcpCommand,
    countOpen: (stdout) => readCheckTcp(stdout).length,
  }),
  timed("nping", [NPING, "bash"], {
    command: npingCommand,
    countOpen: (stdout, hosts) => readNping(stdout, hosts).length,
  }),
];

type Command = (targets: Targets) => readonly string[];

/** A program that prints its own cost on standard error. */
function native(name: string, needed: string, command: Command): Subject {
  return {
    name,
    needs: [needed],
    async measure(targets) {
      const { stderr } = await outputOf(targets.start(SUBJECT_CORE, command(targets)));
      return JSON.parse(stderr);
    },
  };
}

function probe(name: string, setup: ProbeSetup, rounds: number): Subject {
  return native(name, "node", ({ firstHost, port }) => {
    const fixed = { count: COUNT, warmUpRounds: WARM_UP_ROUNDS, timeoutSeconds: 5 };
    const call: RoundsCall = { ...fixed, setup, firstHost, port, rounds };
    return script("probe-rounds.ts", JSON.stringify(call));
  });
}

function script(name: string, ...rest: readonly (string | number)[]): string[] {
  return [process.execPath, join(import.meta.dirname, name), ...rest.map(String)];
}

function burstOf(
  source: "connect-loop.c" | "go-dial.go",
  { firstHost, port }: Targets,
  rounds: number,
): string[] {
  const counts = [port, COUNT, WARM_UP_ROUNDS, rounds].map(String);
  return [buildNative(source), firstHost, ...counts, "quiet"];
}

/**
 * A program that ends with its checks, so that each run of it is cold, as it is when people use it.
 * Whatever starts its processes is charged to it.
 */
interface Tool {
  readonly command: (port: number, hosts: readonly string[]) => readonly string[];
  readonly countOpen: (stdout: string, hosts: readonly string[]) => number;
}

const TIME_IT = `TIMEFORMAT='{"wall": %R, "user": %U, "system": %S}'; time "$@"`;

function timed(name: string, needs: readonly string[], tool: Tool): Subject {
  return {
    name,
    needs,
    async measure({ start, firstHost, port }) {
      const hosts = hostsFrom(firstHost, COUNT);
      const command = [
        "env",
        "LC_ALL=C",
        "bash",
        "-c",
        TIME_IT,
        name,
        ...tool.command(port, hosts),
      ];
      const { stdout, stderr } = await outputOf(start(SUBJECT_CORE, command));
      const seconds = JSON.parse(stderr.slice(stderr.lastIndexOf("{")));
      const checks = tool.countOpen(stdout, hosts);
      const cpuUs = 1e6 * (seconds.user + seconds.system);
      return { checks, cpuUs, wallUs: 1e6 * seconds.wall };
    },
  };
}

// Its CPU is the exporter's alone: who asks over HTTP is on the other core.
async function measureBlackbox({ start, firstHost, port }: Targets): Promise<Cost> {
  const exporter = await startBlackbox((command) => start(SUBJECT_CORE, command));
  const question = scrapeCommand(port, hostsFrom(firstHost, COUNT));
  const ask = () => outputOf(start(TARGET_CORE, question));
  const { pid } = exporter;
  try {
    await ask();
    const { cpuUs } = statOf(pid);
    const startedAt = performance.now();
    await ask();
    await ask();
    const wallUs = (performance.now() - startedAt) * 1_000;
    return { checks: 2 * COUNT, cpuUs: statOf(pid).cpuUs - cpuUs, wallUs };
  } finally {
    await exporter.end();
  }
}

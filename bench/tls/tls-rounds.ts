import { once } from "node:events";
import { performance } from "node:perf_hooks";
import { connect, createSecureContext } from "node:tls";
import { needsOfDeep, type Task, type TlsSettings } from "../../shared/task/task.ts";
import { openBurst, type ProbeSetup, tasksFor } from "../truth/probe-burst.ts";

// Rounds of TLS connects that are due at once, by the probe or by bare Node with the same options, in
// a process of their own. Prints their CPU and their times as one line of JSON.

export interface TlsRounds {
  /** Bare Node if absent. */
  readonly setup?: ProbeSetup;
  readonly port: number;
  readonly ca: string;
  /** How many are due at once. */
  readonly count: number;
  readonly warmUpRounds: number;
  readonly rounds: number;
}

export interface TlsMeasured {
  readonly checks: number;
  readonly cpuUs: number;
  readonly tlsTimesMs: readonly number[];
}

const HOST = "127.0.0.1";
const GROUPS = "X25519:P-256:P-384";

/** One round; gives the times of the handshakes, or nothing of a bare one. */
type Round = () => Promise<readonly number[]>;

function bareRound({ port, ca, count }: TlsRounds): Round {
  const secureContext = createSecureContext({ ca, ecdhCurve: GROUPS });
  const one = async () => {
    const socket = connect({ host: HOST, port, servername: "localhost", secureContext });
    await once(socket, "secureConnect");
    socket.resume().end();
    await once(socket, "close");
  };
  return async () => {
    await Promise.all(Array.from({ length: count }, one));
    return Array.from({ length: count }, () => Number.NaN);
  };
}

function probeRound(setup: ProbeSetup, { port, ca, count }: TlsRounds): Round {
  const serverName = "localhost";
  const tls: TlsSettings = { mode: "verified", verify: "subject_alt_name", serverName, ca };
  const hosts = Array.from({ length: count }, () => HOST);
  const tasks: Task[] = tasksFor(hosts, port, 30).map((task, i) => ({
    ...task,
    name: `task ${i}`,
    tls,
    ...needsOfDeep({ tls }),
  }));
  const burst = openBurst(setup);
  return async () => {
    const results = await burst(tasks);
    const odd = results.find(({ outcome }) => outcome !== "open");
    if (odd !== undefined) throw new Error(`${odd.outcome} ${odd.errorCode}`);
    return results.flatMap(({ tlsTimeMs }) => tlsTimeMs ?? []);
  };
}

const call: TlsRounds = JSON.parse(process.argv[2] ?? "");
const round = call.setup === undefined ? bareRound(call) : probeRound(call.setup, call);
for (let i = 0; i < call.warmUpRounds; i++) await round();
const cpuBefore = process.cpuUsage();
const startedAtMs = performance.now();
const tlsTimesMs: number[] = [];
for (let i = 0; i < call.rounds; i++) tlsTimesMs.push(...(await round()));
const { user, system } = process.cpuUsage(cpuBefore);
const wallMs = performance.now() - startedAtMs;
const measured = { checks: tlsTimesMs.length, cpuUs: user + system, wallMs, tlsTimesMs };
process.stdout.write(JSON.stringify(measured));

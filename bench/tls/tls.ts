import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { startsPerSecondFor } from "../../shared/plan/plan.ts";
import { type Certified, certify } from "../../test/fakes/certificates.ts";
import { publish, quantileOf, showSpread, skip, spreadOf } from "../report.ts";
import { UNPACED } from "../truth/probe-burst.ts";
import { verdictRow } from "../verdict.ts";
import type { TlsMeasured, TlsRounds } from "./tls-rounds.ts";

// What a TLS check costs beside a bare Node connect, and how true its time is if 200 are due at once.
// `npx node bench/tls/tls.ts [--json] [--quick]`

const MOST_CPU_RATIO = 1.3;
const MOST_ERROR_MS = 2;
const DUE_AT_ONCE = 200;
const DELAY_MS = 10;
const WHOLE_CORE_MB = 1_769;

/** Server and client on a core each, as far as the machine has two. */
const CORES = { server: "1", client: "0" } as const;

const pairs = process.argv.includes("--quick") ? 3 : 9;

const root = certify({ commonName: "Bench root", isCa: true });
const issuer = certify({ commonName: "Bench issuer", isCa: true, issuer: root });
const own = certify({ issuer });

const hasTaskset = spawnSync("taskset", ["--version"]).status === 0;

function onCore(core: string, call: readonly string[]): [string, string[]] {
  const command = [process.execPath, ...call];
  const [program = "", ...rest] = hasTaskset ? ["taskset", "-c", core, ...command] : command;
  return [program, rest];
}

async function startServer(delayMs: number, shown: readonly Certified[]) {
  const file = join(import.meta.dirname, "tls-server.ts");
  const [program, call] = onCore(CORES.server, [file, `${delayMs}`]);
  const child = spawn(program, call, { stdio: ["pipe", "pipe", "inherit"] });
  const pem = own.keyPem + shown.map((one) => one.pem).join("");
  child.stdin.write(`${JSON.stringify(pem)}\n`);
  const [line] = await once(child.stdout, "data");
  const { port } = JSON.parse(String(line)) as { port: number };
  return { port, child };
}

function measure(rounds: TlsRounds): TlsMeasured {
  const file = join(import.meta.dirname, "tls-rounds.ts");
  const [program, call] = onCore(CORES.client, [file, JSON.stringify(rounds)]);
  const { stdout, status } = spawnSync(program, call, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`${file} failed`);
  return JSON.parse(stdout);
}

async function withServer<Result>(delayMs: number, use: (port: number) => Result): Promise<Result> {
  const server = await startServer(delayMs, [own, issuer]);
  try {
    return use(server.port);
  } finally {
    await stop(server.child);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill();
  await once(child, "exit");
}

/** Pairs in turn, so that what else the machine does meets both. */
function measureCpu(port: number) {
  const base = { port, ca: root.pem, count: 50, warmUpRounds: 8, rounds: 8 };
  const setup = { startsPerSecond: UNPACED, timing: "user" } as const;
  const bare: number[] = [];
  const probe: number[] = [];
  for (let i = 0; i < pairs; i++) {
    for (const [costs, own] of [
      [bare, {}],
      [probe, { setup }],
    ] as const) {
      const { cpuUs, checks } = measure({ ...base, ...own });
      costs.push(cpuUs / checks);
    }
  }
  const ratios = probe.map((us, i) => us / (bare[i] ?? Number.NaN));
  return { bare: spreadOf(bare), probe: spreadOf(probe), ratio: spreadOf(ratios) };
}

/** How far the times of checks that are due at once are from those of single ones. */
function measureTimes(port: number) {
  const setup = { startsPerSecond: startsPerSecondFor(WHOLE_CORE_MB), timing: "user" } as const;
  const base = { setup, port, ca: root.pem };
  const alone = measure({ ...base, count: 1, warmUpRounds: 20, rounds: 100 }).tlsTimesMs;
  const due = measure({ ...base, count: DUE_AT_ONCE, warmUpRounds: 2, rounds: 3 }).tlsTimesMs;
  const unloadedMs = quantileOf(alone, 0.5);
  const errorsMs = due.map((ms) => Math.abs(ms - unloadedMs));
  return { unloadedMs, aloneP95Ms: quantileOf(alone, 0.95), errorsMs };
}

if (!hasTaskset) skip("cores of their own", "needs taskset");
const cpu = await withServer(0, measureCpu);
publish("tls-cpu", `CPU of a TLS connect in µs, ${pairs} pairs`, [
  { subject: "bare Node", cpu_us: showSpread(cpu.bare) },
  { subject: "synfleet", cpu_us: showSpread(cpu.probe) },
  { subject: "ratio", cpu_us: showSpread(cpu.ratio) },
]);
const { unloadedMs, aloneP95Ms, errorsMs } = await withServer(DELAY_MS, measureTimes);
publish("tls-times", `tls_time_ms over a path of ${2 * DELAY_MS} ms, ${DUE_AT_ONCE} due at once`, [
  {
    "alone p50": unloadedMs,
    "alone p95": aloneP95Ms,
    "error p50": quantileOf(errorsMs, 0.5),
    "error p95": quantileOf(errorsMs, 0.95),
  },
]);
publish("tls-verdicts", "What must hold", [
  verdictRow({
    claim: "CPU of a TLS check, times a bare connect's",
    measured: cpu.ratio.median,
    limit: MOST_CPU_RATIO,
    bound: "at most",
  }),
  verdictRow({
    claim: `error of tls_time_ms, ${DUE_AT_ONCE} due at once, p95 in ms`,
    measured: quantileOf(errorsMs, 0.95),
    limit: MOST_ERROR_MS,
    bound: "at most",
  }),
]);

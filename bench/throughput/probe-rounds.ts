import { readdirSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { openBurst, type ProbeSetup, tasksFor, UNPACED } from "../truth/probe-burst.ts";
import { hostsFrom } from "../truth/targets.ts";

// The probe in a process of its own: rounds of checks that are due at once. Prints its CPU and time
// for those after the warm-up as one line of JSON on standard error, as connect-loop.c does.

export interface RoundsCall {
  readonly setup: ProbeSetup;
  readonly firstHost: string;
  readonly port: number;
  readonly count: number;
  readonly warmUpRounds: number;
  readonly rounds: number;
  readonly timeoutSeconds: number;
}

/** How often the descriptors are counted in the round that is not timed. */
const LOOK_MS = 1;

/** The most descriptors that were open at once during `work`, beyond those open before. */
async function mostOpenDuring(work: () => Promise<unknown>): Promise<number> {
  const count = () => readdirSync("/proc/self/fd").length;
  const before = count();
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, count() - before);
  }, LOOK_MS);
  await work();
  clearInterval(timer);
  return most;
}

const call: RoundsCall = JSON.parse(process.argv[2] ?? "");
const tasks = tasksFor(hostsFrom(call.firstHost, call.count), call.port, call.timeoutSeconds);
// Each round opens its network anew, as the probe does for each cover.
for (let round = 0; round < call.warmUpRounds; round++)
  await openBurst({ timing: call.setup.timing, startsPerSecond: UNPACED })(tasks);
const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
let checks = 0;
for (let round = 0; round < call.rounds; round++) {
  const results = await openBurst(call.setup)(tasks);
  checks += results.filter(({ outcome }) => outcome === "open").length;
}
const wallUs = (performance.now() - startedAt) * 1_000;
const { user, system } = process.cpuUsage(cpuBefore);
// A round more, since to count costs CPU.
const mostOpen = await mostOpenDuring(() => openBurst(call.setup)(tasks));
process.stderr.write(JSON.stringify({ checks, cpuUs: user + system, wallUs, mostOpen }));

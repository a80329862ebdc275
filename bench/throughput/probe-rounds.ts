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

const call: RoundsCall = JSON.parse(process.argv[2] ?? "");
const tasks = tasksFor(hostsFrom(call.firstHost, call.count), call.port, call.timeoutSeconds);
// Each round opens its network anew, as the probe does for each cover.
for (let round = 0; round < call.warmUpRounds; round++)
  await openBurst({ ...call.setup, startsPerSecond: UNPACED })(tasks);
const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
let checks = 0;
for (let round = 0; round < call.rounds; round++) {
  const results = await openBurst(call.setup)(tasks);
  checks += results.filter(({ outcome }) => outcome === "open").length;
}
const wallUs = (performance.now() - startedAt) * 1_000;
const { user, system } = process.cpuUsage(cpuBefore);
process.stderr.write(JSON.stringify({ checks, cpuUs: user + system, wallUs }));

import { openBurst, type ProbeSetup, tasksFor } from "./probe-burst.ts";

// A process of its own, so that its CPU share and its event loop are its own: runs bursts one after
// another and prints their results as one line of JSON.

export interface SubjectCall {
  readonly setup: ProbeSetup;
  readonly port: number;
  readonly timeoutSeconds: number;
  readonly bursts: readonly (readonly string[])[];
}

const call: SubjectCall = JSON.parse(process.argv[2] ?? "");
const burst = openBurst(call.setup);
const bursts = [];
for (const hosts of call.bursts)
  bursts.push(await burst(tasksFor(hosts, call.port, call.timeoutSeconds)));
process.stdout.write(JSON.stringify(bursts));

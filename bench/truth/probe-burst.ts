import { NO_SECRETS } from "../../functions/adapters/secrets/secrets.ts";
import { StartPacer } from "../../functions/probe/admit/admit.ts";
import { type CheckServices, CLOSE_AT_ONCE, NO_LIMITS } from "../../functions/probe/check/check.ts";
import { createDnsClient, createHostResolver } from "../../functions/probe/dns/dns.ts";
import { runSlots } from "../../functions/probe/lease/lease.ts";
import { createProbers } from "../../functions/probe/probers/probers.ts";
import { createConnect, leanestDial } from "../../functions/probe/socket/socket.ts";
import {
  type Clock,
  loadKernelClock,
  systemClock,
  userClock,
  WATCHES,
  type Watch,
} from "../../functions/probe/timing/timing.ts";
import type { ProbeResult } from "../../shared/result/result.ts";
import { parseTask, type Task } from "../../shared/task/task.ts";
import { SECOND_MS } from "../../shared/units.ts";
import { addressRules } from "../../shared/vet/vet.ts";

/** How the probe is set up for a measurement. */
export interface ProbeSetup {
  /** `UNPACED` starts all at once, as the probe itself never does. */
  readonly startsPerSecond: number;
  readonly timing: "kernel" | "user";
  /** Each check has an instant of its own, so many of them in a second; absent: all are due at once. */
  readonly scheduledPerSecond?: number | undefined;
}

export const UNPACED = 1_000_000;

/** A thousand starts in a row would be a stall of its own making. */
const NO_WATCH: Watch = { tickMs: 5, limitMs: Number.POSITIVE_INFINITY };

/** Checks all tasks at once, as the probe does, and gives their results in order of completion. */
export type Burst = (tasks: readonly Task[]) => Promise<readonly ProbeResult[]>;

/** The probe's own code from the slot to the result, on real sockets. */
export function openBurst(setup: ProbeSetup): Burst {
  const services = checkServices(setup);
  return async (tasks) => {
    const fromMs = services.clock.now();
    const apartMs = SECOND_MS / (setup.scheduledPerSecond ?? Number.POSITIVE_INFINITY);
    const scheduled = tasks.map((task, taskIndex) => {
      const slotAtMs = fromMs + Math.floor(taskIndex * apartMs);
      return { task, taskIndex, slotAtMs };
    });
    const results: ProbeResult[] = [];
    await runSlots(scheduled, services, (_, result) => {
      if (result !== null) results.push(result);
      return null;
    });
    return results;
  };
}

// Once a process, as the probe does.
const kernelClock = loadKernelClock();
const dial = leanestDial();
const rules = addressRules(["10.77.0.0/16", "127.0.0.0/8"]);

function checkServices({ startsPerSecond, timing, scheduledPerSecond }: ProbeSetup): CheckServices {
  // The wall clock stands still, so that no check is late: how true is a figure is the question.
  const startMs = Date.now();
  const still: Clock = { ...systemClock, now: () => startMs };
  const clock = scheduledPerSecond === undefined ? still : systemClock;
  const { resolve, close } = createHostResolver({
    ...{ dns: createDnsClient(), hosts: new Map(), clock },
    ...{ startsPerSecond, hasIpv6Route: false },
  });
  const handshakeClock = timing === "kernel" ? kernelClock : userClock;
  if (handshakeClock === null) throw new Error("No kernel timing here");
  const watch = startsPerSecond === UNPACED ? NO_WATCH : WATCHES[timing];
  const pacer = new StartPacer(clock, startsPerSecond, watch);
  return {
    clock,
    admission: pacer,
    probers: createProbers({ secrets: NO_SECRETS }),
    rules,
    holder: CLOSE_AT_ONCE,
    limiter: NO_LIMITS,
    hasIpv6Route: false,
    network: {
      resolve,
      connect: createConnect({ dial, clock: handshakeClock, stalls: pacer.stalls }),
      close,
    },
    observer: {
      noteGrant: () => undefined,
      noteRemeasured: () => undefined,
      noteProberFault: () => undefined,
    },
    signal: new AbortController().signal,
  };
}

/** A task for each host, as a user would write it. */
export function tasksFor(hosts: readonly string[], port: number, timeoutSeconds = 5): Task[] {
  return hosts.map((host) => {
    const item = {
      name: host,
      host: `${host}:${port}`,
      schedule_seconds: 60,
      timeout_seconds: timeoutSeconds,
    };
    const { task } = parseTask(item);
    if (task === undefined) throw new Error(`No target to measure: ${host}`);
    return task;
  });
}

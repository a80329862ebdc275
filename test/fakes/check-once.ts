import assert from "node:assert/strict";
import { NO_SECRETS } from "../../functions/adapters/secrets/secrets.ts";
import type { SecretReader } from "../../functions/ports/secret-reader.ts";
import type { Admission } from "../../functions/probe/admit/admit.ts";
import {
  type CheckInput,
  type CheckServices,
  CLOSE_AT_ONCE,
  checkTarget,
  NO_LIMITS,
} from "../../functions/probe/check/check.ts";
import { createProbers, type Probers } from "../../functions/probe/probers/probers.ts";
import { createConnect, leanestDial } from "../../functions/probe/socket/socket.ts";
import {
  StallWatch,
  systemClock,
  userClock,
  WATCHES,
} from "../../functions/probe/timing/timing.ts";
import type { ProbeResult } from "../../shared/result/result.ts";
import { type DeepCheck, needsOfDeep, type Task } from "../../shared/task/task.ts";
import { addressRules } from "../../shared/vet/vet.ts";
import { aTask } from "./results.ts";

/** A task for a port of loopback, which its host's name leads to. */
export function deepTask(port: number, deep: DeepCheck, different: Partial<Task> = {}): Task {
  const target = { hostname: "localhost", port };
  return {
    ...aTask("deep", { target, timeoutMs: 5_000, ...different }),
    ...deep,
    ...needsOfDeep(deep),
  };
}

/** Makes checks as a process does, through the whole pipeline, on real sockets. */
export class OneProbe {
  readonly #probers: Probers;
  readonly #different: Partial<CheckServices>;
  readonly #stop = new AbortController();
  /** What probers threw. */
  readonly faults: unknown[] = [];
  /** Connections that are open now. */
  openCount = 0;

  constructor(secrets: SecretReader = NO_SECRETS, different: Partial<CheckServices> = {}) {
    this.#probers = createProbers({ secrets });
    this.#different = different;
  }

  async check(task: Task, different: Partial<CheckInput> = {}): Promise<ProbeResult> {
    const stalls = new StallWatch(WATCHES.kernel);
    const connect = createConnect({ dial: leanestDial(), clock: userClock, stalls });
    const admission: Admission = {
      acquire: (waiter) => {
        this.openCount++;
        queueMicrotask(() => waiter.granted("go"));
      },
      hold: () => true,
      release: () => void this.openCount--,
    };
    const result = await checkTarget(
      { task, taskIndex: 0, slotAtMs: systemClock.now(), ...different },
      {
        clock: systemClock,
        network: {
          resolve: () => ({ kind: "resolved", addresses: ["127.0.0.1"], dnsTimeMs: null }),
          connect,
          close: () => undefined,
        },
        holder: CLOSE_AT_ONCE,
        limiter: NO_LIMITS,
        rules: addressRules(["127.0.0.0/8"]),
        hasIpv6Route: false,
        admission,
        probers: this.#probers,
        observer: {
          noteGrant: () => undefined,
          noteRemeasured: () => undefined,
          noteProberFault: (fault) => void this.faults.push(fault),
        },
        signal: this.#stop.signal,
        ...this.#different,
      },
    );
    assert.ok(result !== null);
    return result;
  }
}

import assert from "node:assert/strict";
import { checkTarget, NO_LIMITS } from "../../../../functions/probe/check/check.ts";
import type { CheckInput, CheckServices } from "../../../../functions/probe/check/services.ts";
import type { LookupWish, Resolution } from "../../../../functions/probe/dns/dns.ts";
import type { Prober } from "../../../../functions/probe/probers/probers.ts";
import type { ConnectRequest, ConnectResult } from "../../../../functions/probe/socket/socket.ts";
import type { ProbeResult } from "../../../../shared/result/result.ts";
import { type DeepCheck, needsOfDeep, type Task } from "../../../../shared/task/task.ts";
import { addressRules } from "../../../../shared/vet/vet.ts";
import { aTask } from "../../../fakes/results.ts";
import { aRig, connectBy } from "../rig.ts";

/** A connect as it was asked for, and when after the slot. */
export interface SeenConnect
  extends Pick<ConnectRequest, "address" | "timeoutMs" | "connectTimeoutMs"> {
  readonly atMs: number;
}

/** What a connect comes to, and after how long; null if it is stopped. */
export interface Answer {
  readonly afterMs: number;
  readonly result: ConnectResult;
}

export function opens(afterMs: number): Answer {
  const usual = { timing: "kernel", synRetransmits: 0, suspect: false } as const;
  const handshake = { connectTimeMs: afterMs, elapsedMs: afterMs, ...usual };
  return { afterMs, result: { kind: "open", handshake } };
}

export function fails(code: string, afterMs: number): Answer {
  return { afterMs, result: { kind: "failed", code } };
}

/** Answers nothing until its timeout. */
export const SILENT = { afterMs: Number.POSITIVE_INFINITY, result: null };

interface World {
  readonly deep: DeepCheck;
  readonly task?: Partial<Task>;
  readonly input?: Partial<CheckInput>;
  readonly resolution?: (asked: number, wish?: LookupWish) => Resolution;
  /** What the n-th connect of all gets. */
  readonly answer: (address: string, at: number) => Answer | typeof SILENT;
  readonly prober?: Prober;
  readonly services?: Partial<CheckServices>;
  /** Runs beside the check. */
  readonly meanwhile?: (world: { stop(): void; sleep(ms: number): Promise<void> }) => void;
}

export function aDeepTask(deep: DeepCheck, different: Partial<Task> = {}): Task {
  const target = { hostname: "many.test", port: 22 };
  return aTask("t", { target, scheduleMs: 60_000, ...deep, ...needsOfDeep(deep), ...different });
}

/** Makes one check in virtual time, and gives all that it asked of the network. */
export async function checkInLayers(world: World) {
  const rig = aRig();
  const { clock } = rig;
  const services = rig.startProcess();
  const slotAtMs = clock.now();
  const stop = new AbortController();
  const connects: SeenConnect[] = [];
  const wishes: (LookupWish | undefined)[] = [];
  const dropped: string[] = [];
  const connect = connectBy(async ({ timeoutMs, port: _, ...asked }, signal) => {
    const { address } = asked;
    const at = connects.push({ ...asked, timeoutMs, atMs: clock.now() - slotAtMs }) - 1;
    const { afterMs, result } = world.answer(address, at);
    await clock.sleep(Math.min(afterMs, timeoutMs), signal);
    if (signal.aborted) dropped.push(address);
    if (signal.aborted) return null;
    return afterMs <= timeoutMs && result !== null ? result : { kind: "failed", code: "ETIMEDOUT" };
  });
  const { pacer } = services;
  const network = {
    resolve: (_: string, __: string, wish?: LookupWish): Resolution => {
      const asked = wishes.push(wish) - 1;
      return (
        world.resolution?.(asked, wish) ?? {
          kind: "resolved",
          addresses: ["127.0.0.1"],
          dnsTimeMs: null,
        }
      );
    },
    connect,
    close: () => undefined,
  };
  const observer = {
    noteGrant: () => undefined,
    noteRemeasured: () => undefined,
    noteProberFault: (fault: unknown) => assert.fail(String(fault)),
  };
  const prober = world.prober ?? (() => ({ outcome: "open" }) as const);
  const input = { task: aDeepTask(world.deep, world.task), taskIndex: 0, slotAtMs, ...world.input };
  const checking = checkTarget(input, {
    ...services,
    limiter: NO_LIMITS,
    rules: addressRules(["127.0.0.0/8", "::1/128"]),
    admission: pacer,
    network,
    observer,
    probers: { ...services.probers, phases: prober },
    signal: stop.signal,
    ...world.services,
  });
  world.meanwhile?.({ stop: () => stop.abort(), sleep: (ms) => clock.sleep(ms) });
  const result: ProbeResult | null = await clock.run(checking);
  const endedAtMs = clock.now() - slotAtMs;
  // What is given up is closed in the same turn of time.
  await clock.run(clock.sleep(1_000));
  assert.equal(pacer.openCount, 0);
  return { result, connects, wishes, dropped, endedAtMs, clock, slotAtMs };
}

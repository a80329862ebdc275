import type { InvocationLine } from "../../../functions/adapters/lambda/lambda.ts";
import { NO_SECRETS } from "../../../functions/adapters/secrets/secrets.ts";
import type { ChunkStore, StoredChunk } from "../../../functions/ports/chunk-store.ts";
import type { LeaseStore } from "../../../functions/ports/lease-store.ts";
import type { PlanStore } from "../../../functions/ports/plan-store.ts";
import { StartPacer } from "../../../functions/probe/admit/admit.ts";
import {
  type CheckServices,
  CLOSE_AT_ONCE,
  type Network,
} from "../../../functions/probe/check/check.ts";
import { HeldConnections } from "../../../functions/probe/holding/holding.ts";
import { coldState, type ProbeServices } from "../../../functions/probe/lease/lease.ts";
import { createProbers } from "../../../functions/probe/probers/probers.ts";
import type {
  Connect,
  Connection,
  ConnectListener,
  ConnectRequest,
  ConnectResult,
  OpenConnection,
} from "../../../functions/probe/socket/socket.ts";
import type { AlertOverrides } from "../../../shared/health/rules/rules.ts";
import { bundleOf, encodeBundle } from "../../../shared/plan/plan.ts";
import type { Hint } from "../../../shared/request/request.ts";
import type { ProbeResult } from "../../../shared/result/result.ts";
import { LEASE_HISTORY_MS } from "../../../shared/slot/slot.ts";
import type { Task } from "../../../shared/task/task.ts";
import { DAY_MS, type DurationMs, type EpochMs } from "../../../shared/units.ts";
import { addressRules } from "../../../shared/vet/vet.ts";
import { FakeChunkStore, FakeLeaseStore, FakePlanStore } from "../../fakes/stores.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

export const REGION = "eu-west-1";
export const STAGGER = 333;

/** 2026-03-01T12:00:00Z */
export const NOON: EpochMs = 1_772_366_400_000;

/** A process; a check that is made without a lease holds nothing. */
export type RigProcess = ProbeServices & Pick<CheckServices, "holder">;

/** Whatever a probe stands on, in memory and in virtual time. */
export interface Rig {
  readonly clock: VirtualClock;
  readonly plans: FakePlanStore;
  readonly leases: FakeLeaseStore;
  readonly chunks: FakeChunkStore;
  readonly lines: InvocationLine[];
  /** What was announced, in order. */
  readonly announced: { readonly task: Task; readonly result: ProbeResult }[];
  /** What was announced as stored, in order. */
  readonly stored: { readonly task: Task; readonly result: ProbeResult }[];
  /** What was told to home, in order. */
  readonly hints: Hint[];
  /** A process of its own: cold, and with its own stop. */
  startProcess(different?: Partial<ProbeServices>): RigProcess;
}

export function aRig(startMs: EpochMs = NOON): Rig {
  const clock = new VirtualClock(startMs);
  const now = () => clock.now();
  const plans = new FakePlanStore(now);
  const leases = new FakeLeaseStore();
  const chunks = new FakeChunkStore();
  const lines: InvocationLine[] = [];
  const announced: { task: Task; result: ProbeResult }[] = [];
  const stored: { task: Task; result: ProbeResult }[] = [];
  const hints: Hint[] = [];
  const startProcess = (different: Partial<ProbeServices> = {}): RigProcess => {
    const stop = different.stop ?? new AbortController().signal;
    return { ...ownServices(stop), holder: CLOSE_AT_ONCE, ...different };
  };
  const ownServices = (stop: AbortSignal): ProbeServices => ({
    region: REGION,
    plans,
    leases,
    results: chunks,
    clock,
    openNetwork: () => networkOf(openAfter(clock, 20)),
    pacer: new StartPacer(clock, 1_600),
    probers: createProbers({ secrets: NO_SECRETS }),
    rules: addressRules([]),
    hasIpv6Route: false,
    stop,
    held: new HeldConnections({ clock, stop, isAlwaysOn: false }),
    warm: coldState(),
    announce: (task, result) => void announced.push({ task, result }),
    announceStored: (task, result) => void stored.push({ task, result }),
    hint: async (hint) => void hints.push(hint),
    log: (line) => void lines.push(line),
  });
  return { clock, plans, leases, chunks, lines, announced, stored, hints, startProcess };
}

/** A connect that takes so long and then is open, unless the signal drops it. */
export function openAfter(clock: VirtualClock, ms: number): Connect {
  return connectBy(async (_, signal) => {
    await clock.sleep(ms, signal);
    if (signal.aborted) return null;
    const handshake = { connectTimeMs: ms, elapsedMs: ms, synRetransmits: 0, suspect: false };
    return { kind: "open", handshake: { ...handshake, timing: "user" } };
  });
}

/** A connect that ends as the promise does. */
export function connectBy(
  ask: (request: ConnectRequest, signal: AbortSignal) => Promise<ConnectResult | null>,
): Connect {
  return (request, signal, listener) => {
    void ask(request, signal).then((result) => {
      if (result?.kind !== "open") return listener.connectEnded(result?.code ?? null, false);
      listener.connected(openConnection(result.handshake, listener));
    });
  };
}

/** An open connection without a socket. */
function openConnection(
  handshake: OpenConnection["handshake"],
  listener: ConnectListener,
): OpenConnection & Connection {
  const closing = new AbortController();
  return {
    descriptor: -1,
    handshake,
    openStream: () => {
      throw new Error("A connection without a socket has no stream");
    },
    leftMs: () => 0,
    signal: closing.signal,
    get isOpen() {
      return !closing.signal.aborted;
    },
    close: () => {
      closing.abort();
      listener.closed(false);
    },
  };
}

/** Every name leads to one public address. */
export function networkOf(connect: Connect): Network {
  const resolve: Network["resolve"] = async () => ({
    kind: "resolved",
    addresses: ["1.1.1.1"],
    dnsTimeMs: null,
  });
  return { resolve, connect, close: () => undefined };
}

/** What a plan has beside its tasks; with alert defaults its probe makes rechecks. */
interface PlanExtras {
  readonly shard?: number;
  readonly alertDefaults?: AlertOverrides;
  /** Over how much of a period its tasks are spread; absent: all of it. */
  readonly burstMs?: DurationMs;
}

/** Stores the plan of one shard and gives its bundle's hash. */
export async function storePlan(
  rig: Rig,
  tasks: readonly Task[],
  { shard = 0, burstMs, ...defaults }: PlanExtras = {},
): Promise<string> {
  const bundle = bundleOf(tasks);
  const { hash } = encodeBundle(bundle);
  const plannedAtMs = rig.clock.now();
  await rig.plans.writeBundle(hash, bundle, plannedAtMs + 30 * DAY_MS);
  const burst = burstMs !== undefined && { burstMs };
  const shards = [{ shard, bundle: hash, taskCount: tasks.length, ...burst }];
  await rig.plans.writeManifest({
    region: REGION,
    plannedAtMs,
    staggerPermille: STAGGER,
    shards,
    ...defaults,
  });
  return hash;
}

/** Every chunk of a shard, whenever its term began. */
export async function storedChunks(rig: Rig, shard = 0): Promise<readonly StoredChunk[]> {
  const span = { fromMs: rig.clock.now() - LEASE_HISTORY_MS, toMs: rig.clock.now() + DAY_MS };
  return (await rig.chunks.readChunks(shard, span)).chunks;
}

export async function storedResults(rig: Rig, shard = 0): Promise<ProbeResult[]> {
  return (await storedChunks(rig, shard)).flatMap((chunk) => chunk.results);
}

/** A store whose calls pass through `before` first, which may wait or throw. */
export function interrupted<S extends PlanStore | LeaseStore | ChunkStore>(
  store: S,
  before: (method: string) => Promise<void>,
): S {
  const call = async (method: string, args: readonly unknown[]) => {
    await before(method);
    const own: (...given: unknown[]) => unknown = Reflect.get<object, string>(store, method);
    return await own.apply(store, [...args]);
  };
  return new Proxy(store, {
    get:
      (_, method) =>
      (...args: unknown[]) =>
        call(String(method), args),
  });
}

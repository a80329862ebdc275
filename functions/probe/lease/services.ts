import type { SlotPlan } from "../../../shared/chunk/chunk.ts";
import type { AlertPolicy } from "../../../shared/health/rules/rules.ts";
import type { Hint } from "../../../shared/request/request.ts";
import type { ProbeResult } from "../../../shared/result/result.ts";
import type { Timetable } from "../../../shared/slot/slot.ts";
import type { Task } from "../../../shared/task/task.ts";
import type { EpochMs, RegionName } from "../../../shared/units.ts";
import type { InvocationLine } from "../../adapters/lambda/lambda.ts";
import type { BurstQueue, BurstStore } from "../../ports/burst-relay.ts";
import type { ChunkStore, StoredChunk } from "../../ports/chunk-store.ts";
import type { LeaseStore } from "../../ports/lease-store.ts";
import type { PlanStore } from "../../ports/plan-store.ts";
import type { RateBook, RatePlan, StartPacer } from "../admit/admit.ts";
import { type CheckServices, KnownAddresses, type Network } from "../check/check.ts";
import type { HeldConnections } from "../holding/holding.ts";
import type { ClockWatch } from "../sync/sync.ts";
import { RegionMemory } from "./region-memory.ts";
import { QueueTrust } from "./trust-queue.ts";

/** Every side effect of the probe, made once on a cold start, or by a test. */
export interface ProbeServices
  extends Pick<CheckServices, "clock" | "rules" | "hasIpv6Route" | "probers"> {
  readonly region: RegionName;
  readonly plans: PlanStore;
  readonly leases: LeaseStore;
  readonly results: ChunkStore;
  /** Brings the rest of a term to a later invocation; absent where waiting costs nothing. */
  readonly bursts?: BurstQueue & BurstStore;
  readonly openNetwork: () => Network;
  readonly pacer: StartPacer;
  readonly held: HeldConnections;
  /** Asks how far this machine's clock is off; absent if no time server is configured. */
  readonly clockWatch?: Pick<ClockWatch, "follow" | "reading" | "kiss">;
  /** The process is to end: no check starts any more, and what is complete is stored. */
  readonly stop: AbortSignal;
  readonly warm: WarmState;
  /** Tells whoever listens on this machine of a result that is complete. */
  readonly announce: (task: Task, result: ProbeResult) => void;
  /** The same when it is stored, so that no end of the process can lose it. */
  readonly announceStored: (task: Task, result: ProbeResult) => void;
  /** Tells home that something turned here. It may fail: home looks once a minute anyway. */
  readonly hint: (hint: Hint) => Promise<unknown>;
  readonly log: (line: InvocationLine) => void;
}

/** The plan that a shard runs: its bundle, and what the manifest says beside it. */
export interface CurrentPlan extends Timetable {
  readonly bundle: string;
  readonly tasks: readonly Task[];
  readonly plannedAtMs: EpochMs;
  /** The fleet's; null if home is of a version that does not know rechecks. */
  readonly policy: AlertPolicy | null;
  readonly rates: RatePlan;
  /** By what its results' slots are stored; absent if home is of a version that does not know it. */
  readonly slotPlan?: SlotPlan;
}

/** What a process keeps from one invocation to the next. */
export interface WarmState {
  /** By shard, the last plan that could be read. */
  readonly plans: Map<number, CurrentPlan>;
  /** Chunks that no flush of their own term could store; the next term tries again. */
  readonly unstored: StoredChunk[];
  readonly health: RegionMemory;
  readonly addresses: KnownAddresses;
  readonly rates: RateBook;
  readonly trust: QueueTrust;
  /** The last requests that were answered, by their ids, with the instants at which they were asked. */
  readonly requests: Map<string, EpochMs>;
  /** The tasks of the results that are not stored yet. */
  readonly tasks: WeakMap<ProbeResult, Task>;
  /** True until the first invocation of this process begins. */
  isCold: boolean;
}

/** The state of a process before its first invocation. */
export function coldState(): WarmState {
  return {
    plans: new Map(),
    unstored: [],
    health: new RegionMemory(),
    addresses: new KnownAddresses(),
    rates: new Map(),
    trust: new QueueTrust(),
    requests: new Map(),
    tasks: new WeakMap(),
    isCold: true,
  };
}

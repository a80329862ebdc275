import {
  type Interval,
  isAhead,
  type Lease,
  nextLease,
  timetableOf,
} from "../../../shared/slot/slot.ts";
import { type EpochMs, toIso } from "../../../shared/units.ts";
import type { DamagedLease } from "../../ports/lease-store.ts";
import { readPlan } from "./read-plan.ts";
import type { CurrentPlan, ProbeServices } from "./services.ts";

/** What an invocation got: a lease term to run, or the reason why it has nothing to do. */
export type Acquisition = Acquired | { readonly kind: "idle"; readonly reason: string };

/** A lease term that an invocation got. */
export interface Acquired {
  readonly kind: "acquired";
  readonly shard: number;
  readonly plan: CurrentPlan;
  readonly term: Interval;
  readonly problem: string | null;
  /** What was taken back of the lease, as a sentence; null if it was nothing. */
  readonly takenBack: string | null;
  /** Why the lease was begun anew, as a sentence; null if it goes on. */
  readonly damagedLease: string | null;
}

/** Acquires the next term of a shard's lease; of two rivals one gets it and the other is idle. */
export async function acquireTerm(shard: number, services: ProbeServices): Promise<Acquisition> {
  const { plans, leases, warm, clock } = services;
  const [{ plan, problem }, stored] = await Promise.all([
    readPlan(plans, shard, warm.plans.get(shard) ?? null),
    leases.readLease(shard),
  ]);
  if (plan === null) {
    warm.plans.delete(shard);
    return { kind: "idle", reason: problem ?? "No plan" };
  }
  warm.plans.set(shard, plan);
  const { bundle, plannedAtMs } = plan;
  const nowMs = clock.now();
  const held = stored !== null && "damage" in stored ? leftOf(stored) : stored;
  const wasAhead = held !== null && isAhead(held.claimedToMs, nowMs);
  // Another machine made the plan: if that is ahead too, it is this clock that is wrong.
  if (wasAhead && isAhead(plannedAtMs, nowMs)) {
    return { kind: "idle", reason: "This clock is behind those of the plan and the lease" };
  }
  const decision = nextLease(held, nowMs, { bundle, ...timetableOf(plan) });
  if (decision.kind === "duplicate") return { kind: "idle", reason: "Delivered twice" };
  if ((await leases.moveLease(shard, stored, decision.lease)) === "lost")
    return { kind: "idle", reason: "Another invocation has the term" };
  const takenBack = wasAhead ? takenBackSentence(held, nowMs) : null;
  const damagedLease = stored !== null && "damage" in stored ? stored.damage : null;
  return { kind: "acquired", shard, plan, term: decision.term, problem, takenBack, damagedLease };
}

/** What is claimed is not checked a second time, if that much can be read. */
function leftOf({ claimedToMs }: DamagedLease): Lease | null {
  return claimedToMs === null ? null : { claimedToMs, runs: [] };
}

function takenBackSentence({ claimedToMs }: Lease, nowMs: EpochMs): string {
  return `The lease was claimed up to ${toIso(claimedToMs)} by another clock: taken back at ${toIso(nowMs)}`;
}

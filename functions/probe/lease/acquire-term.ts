import { type Interval, nextLease } from "../../../shared/slot/slot.ts";
import { readPlan } from "./read-plan.ts";
import type { CurrentPlan, ProbeServices } from "./services.ts";

/** What an invocation got: a lease term to run, or the reason why it has nothing to do. */
export type Acquisition =
  | {
      readonly kind: "acquired";
      readonly shard: number;
      readonly plan: CurrentPlan;
      readonly term: Interval;
      readonly problem: string | null;
    }
  | { readonly kind: "idle"; readonly reason: string };

/** Acquires the next term of a shard's lease; of two rivals one gets it and the other is idle. */
export async function acquireTerm(shard: number, services: ProbeServices): Promise<Acquisition> {
  const { plans, leases, warm, clock } = services;
  const [{ plan, problem }, held] = await Promise.all([
    readPlan(plans, shard, warm.plans.get(shard) ?? null),
    leases.readLease(shard),
  ]);
  if (plan === null) {
    warm.plans.delete(shard);
    return { kind: "idle", reason: problem ?? "No plan" };
  }
  warm.plans.set(shard, plan);
  const { bundle, staggerPermille } = plan;
  const decision = nextLease(held, clock.now(), { bundle, staggerPermille });
  if (decision.kind === "duplicate") return { kind: "idle", reason: "Delivered twice" };
  if ((await leases.moveLease(shard, held, decision.lease)) === "lost")
    return { kind: "idle", reason: "Another invocation has the term" };
  return { kind: "acquired", shard, plan, term: decision.term, problem };
}

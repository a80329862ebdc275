import { type Interval, nextLease } from "../../../shared/slot/slot.ts";
import type { ProbeServices } from "../probe.ts";
import { readPlan } from "./read-plan.ts";
import type { CurrentPlan } from "./warm-state.ts";

/** What an invocation got: a cover to run, or the reason why it has nothing to do. */
export type Claim =
  | {
      readonly kind: "claimed";
      readonly shard: number;
      readonly plan: CurrentPlan;
      readonly cover: Interval;
      readonly problem: string | null;
    }
  | { readonly kind: "idle"; readonly reason: string };

/** Claims the next cover of a shard's lease. Of two rivals one gets it, the other is idle. */
export async function acquireTerm(shard: number, services: ProbeServices): Promise<Claim> {
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
    return { kind: "idle", reason: "Another invocation has the cover" };
  return { kind: "claimed", shard, plan, cover: decision.term, problem };
}

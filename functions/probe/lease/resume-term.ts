import type { NextBurst } from "../../../shared/request/request.ts";
import { type LeaseRun, termOf, timetableOf } from "../../../shared/slot/slot.ts";
import type { Acquired } from "./acquire-term.ts";
import { readPlan } from "./read-plan.ts";
import type { CurrentPlan, ProbeServices } from "./services.ts";

/** The rest of a term that was handed over, or the reason why there is nothing to do. */
export type Resumption = Acquired | { readonly kind: "idle"; readonly reason: string };

/** Takes the rest of a lease term; of all deliveries of a message one gets it. */
export async function resumeTerm(next: NextBurst, services: ProbeServices): Promise<Resumption> {
  const { leases, bursts } = services;
  const { shard, termFromMs } = next;
  if (bursts === undefined) return { kind: "idle", reason: "Nothing is known of a queue" };
  const stored = await leases.readLease(shard);
  const term = stored === null || "damage" in stored ? null : termOf(stored, termFromMs);
  if (term === null || term === "unknown") {
    return { kind: "idle", reason: "The lease has no such term" };
  }
  const plan = await planOf(term.run, shard, services);
  if (plan === null) return { kind: "idle", reason: "No plan" };
  if ((await bursts.takeBurst(next)) === "lost") return { kind: "idle", reason: "Delivered twice" };
  const { fromMs, toMs } = term;
  const nothing = { problem: null, takenBack: null, damagedLease: null };
  return { kind: "acquired", shard, plan, term: { fromMs, toMs }, ...nothing };
}

/** What the lease says that the term runs, even if there is a newer plan. */
async function planOf(
  run: LeaseRun,
  shard: number,
  { plans, warm }: ProbeServices,
): Promise<CurrentPlan | null> {
  const known = warm.plans.get(shard) ?? null;
  const plan = known?.bundle === run.bundle ? known : (await readPlan(plans, shard, known)).plan;
  if (plan === null) return null;
  const timetable = timetableOf(run);
  const { bundle, slotPlan, plannedAtMs, policy, rates } = plan;
  const earlier = bundle === run.bundle ? plan : await plans.readBundle(run.bundle);
  if (earlier === null) return null;
  const { tasks } = earlier;
  const planned = { bundle: run.bundle, tasks, ...timetable, plannedAtMs, policy, rates };
  return slotPlan === undefined ? planned : { ...planned, slotPlan: { tasks, timetable } };
}

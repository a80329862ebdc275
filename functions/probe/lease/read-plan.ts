import {
  type AlertOverrides,
  type AlertPolicy,
  alertPolicy,
  DEFAULT_ALERT_POLICY,
  usableOverrides,
} from "../../../shared/health/rules/rules.ts";
import {
  BundleError,
  type Manifest,
  type ShardPlan,
  wholeBundle,
} from "../../../shared/plan/plan.ts";
import { timetableOf } from "../../../shared/slot/slot.ts";
import type { PlanStore } from "../../ports/plan-store.ts";
import type { CurrentPlan } from "./services.ts";

/** The log line of a term is short. */
const SHOWN_FAULTS = 5;

/** The plan to run, and what was wrong with the newest one, if anything. */
export interface PlanReading {
  readonly plan: CurrentPlan | null;
  readonly problem: string | null;
}

/**
 * Reads the manifest, and the bundle if it is not the current one. If the plan can't be read, the
 * current plan goes on, with the age that it has.
 */
export async function readPlan(
  plans: PlanStore,
  shard: number,
  current: CurrentPlan | null,
): Promise<PlanReading> {
  try {
    const manifest = await plans.readManifest();
    const wanted = manifest?.shards.find((entry) => entry.shard === shard);
    if (manifest === null) return { plan: current, problem: "No plan is stored" };
    if (manifest.retired) return { plan: null, problem: "The region is retired" };
    if (wanted === undefined && manifest.faults !== undefined) {
      return { plan: current, problem: manifest.faults.join("; ") };
    }
    if (wanted === undefined) return { plan: null, problem: "The plan has no such shard" };
    return await readWhole(plans, { manifest, wanted }, current);
  } catch (error) {
    return { plan: current, problem: `The plan can't be read: ${messageOf(error)}` };
  }
}

/** A manifest and what it says of the shard. */
interface Wanted {
  readonly manifest: Manifest;
  readonly wanted: ShardPlan;
}

/**
 * Takes the bundle with all tasks. If this version can't decode it, it takes the bundle of the tasks
 * without needs, as a probe does that does not know the first.
 */
async function readWhole(
  plans: PlanStore,
  { manifest, wanted }: Wanted,
  current: CurrentPlan | null,
): Promise<PlanReading> {
  try {
    return await readBundle(plans, { manifest, wanted, hash: wholeBundle(wanted) }, current);
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    const plain = { manifest, wanted, hash: wanted.bundle };
    const { plan, problem } = await readBundle(plans, plain, current);
    return { plan, problem: problem ?? `Tasks with needs can't be read: ${error.message}` };
  }
}

async function readBundle(
  plans: PlanStore,
  { manifest, wanted, hash }: Wanted & { readonly hash: string },
  current: CurrentPlan | null,
): Promise<PlanReading> {
  const isCurrent = current?.bundle === hash;
  const bundle = isCurrent ? current : await plans.readBundle(hash);
  if (bundle === null) return { plan: current, problem: "The plan's bundle is not stored" };
  const { staggerPermille, plannedAtMs, alertDefaults } = manifest;
  const { tasks } = bundle;
  const faults = "faults" in bundle ? bundle.faults : undefined;
  const problem = faults?.slice(0, SHOWN_FAULTS).join("; ") ?? null;
  const policy = policyOf(alertDefaults);
  const rates = { rateLimit: manifest.rateLimit, crowded: wanted.crowded };
  const timetable = timetableOf({ ...wanted, staggerPermille });
  const plan = { bundle: hash, tasks, ...timetable, plannedAtMs, policy, rates };
  if (!manifest.plannedSlots) return { plan, problem };
  return { plan: { ...plan, slotPlan: { tasks, timetable } }, problem };
}

function policyOf(defaults: AlertOverrides | undefined): AlertPolicy | null {
  if (defaults === undefined) return null;
  return alertPolicy(DEFAULT_ALERT_POLICY, usableOverrides(defaults).alert);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

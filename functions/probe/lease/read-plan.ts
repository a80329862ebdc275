import {
  BundleError,
  type Manifest,
  type ShardPlan,
  wholeBundle,
} from "../../../shared/plan/plan.ts";
import type { PlanStore } from "../../ports/plan-store.ts";
import type { CurrentPlan } from "./warm-state.ts";

/** The plan to run, and what was wrong with the newest one, if anything. */
export interface PlanReading {
  readonly plan: CurrentPlan | null;
  readonly problem: string | null;
}

/**
 * Reads the manifest, and the bundle where it is another than the one at hand. A plan that can't be
 * read changes nothing: the one at hand goes on, with the age that it has.
 */
export async function readPlan(
  plans: PlanStore,
  shard: number,
  atHand: CurrentPlan | null,
): Promise<PlanReading> {
  try {
    const manifest = await plans.readManifest();
    const wanted = manifest?.shards.find((entry) => entry.shard === shard);
    if (manifest === null) return { plan: atHand, problem: "No plan is stored" };
    if (wanted === undefined) return { plan: null, problem: "The plan has no such shard" };
    return await readWhole(plans, { manifest, wanted }, atHand);
  } catch (error) {
    return { plan: atHand, problem: `The plan can't be read: ${messageOf(error)}` };
  }
}

/**
 * Takes the bundle with all tasks. If this version can't decode that one, it runs the tasks without
 * needs, as a probe does that has never heard of the other.
 */
async function readWhole(
  plans: PlanStore,
  { manifest, wanted }: { readonly manifest: Manifest; readonly wanted: ShardPlan },
  atHand: CurrentPlan | null,
): Promise<PlanReading> {
  try {
    return await readBundle(plans, { manifest, hash: wholeBundle(wanted) }, atHand);
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    const { plan, problem } = await readBundle(plans, { manifest, hash: wanted.bundle }, atHand);
    return { plan, problem: problem ?? `Tasks with needs can't be read: ${error.message}` };
  }
}

async function readBundle(
  plans: PlanStore,
  { manifest, hash }: { readonly manifest: Manifest; readonly hash: string },
  atHand: CurrentPlan | null,
): Promise<PlanReading> {
  const tasks = atHand?.bundle === hash ? atHand.tasks : (await plans.readBundle(hash))?.tasks;
  if (tasks === undefined) return { plan: atHand, problem: "The plan's bundle is not stored" };
  const { staggerPermille, plannedAtMs } = manifest;
  return { plan: { bundle: hash, tasks, staggerPermille, plannedAtMs }, problem: null };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

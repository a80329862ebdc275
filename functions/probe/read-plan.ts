import type { Manifest, ShardPlan } from "../../shared/plan.ts";
import type { PlanStore } from "../stores.ts";
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
    return await readBundle(plans, { manifest, wanted }, atHand);
  } catch (error) {
    return { plan: atHand, problem: `The plan can't be read: ${messageOf(error)}` };
  }
}

async function readBundle(
  plans: PlanStore,
  { manifest, wanted }: { readonly manifest: Manifest; readonly wanted: ShardPlan },
  atHand: CurrentPlan | null,
): Promise<PlanReading> {
  const isSame = atHand?.bundle === wanted.bundle;
  const tasks = isSame ? atHand.tasks : (await plans.readBundle(wanted.bundle))?.tasks;
  if (tasks === undefined) return { plan: atHand, problem: "The plan's bundle is not stored" };
  const { staggerPermille, plannedAtMs } = manifest;
  return { plan: { bundle: wanted.bundle, tasks, staggerPermille, plannedAtMs }, problem: null };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

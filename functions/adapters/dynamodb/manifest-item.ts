import type { Manifest, ShardPlan } from "../../../shared/plan/plan.ts";

/** A manifest's attributes, beside its key. */
export interface ManifestItem {
  readonly version: 1;
  readonly region: string;
  readonly planned_at_ms: number;
  readonly stagger_permille: number;
  readonly shards: readonly {
    readonly shard: number;
    readonly bundle: string;
    /** A probe of yesterday ignores it. */
    readonly full_bundle?: string;
    readonly task_count: number;
  }[];
}

export function encodeManifest(manifest: Manifest): ManifestItem {
  return {
    version: 1,
    region: manifest.region,
    planned_at_ms: manifest.plannedAtMs,
    stagger_permille: manifest.staggerPermille,
    shards: manifest.shards.map(({ shard, bundle, fullBundle, taskCount }) => ({
      shard,
      bundle,
      ...(fullBundle === undefined ? {} : { full_bundle: fullBundle }),
      task_count: taskCount,
    })),
  };
}

type Stored = Readonly<Record<string, unknown>>;

/** Reads a manifest's attributes; unknown ones don't disturb, an unknown version is refused. */
export function decodeManifest(item: Stored): Manifest {
  if (item.version !== 1) {
    throw new Error(`Manifest version ${String(item.version)} is not known to this reader (1)`);
  }
  if (!Array.isArray(item.shards)) throw damaged("shards must be a list");
  return {
    region: readText(item, "region"),
    plannedAtMs: readInteger(item, "planned_at_ms"),
    staggerPermille: readInteger(item, "stagger_permille"),
    shards: item.shards.map(
      (shard: Stored): ShardPlan => ({
        shard: readInteger(shard, "shard"),
        bundle: readText(shard, "bundle"),
        ...(shard.full_bundle === undefined ? {} : { fullBundle: readText(shard, "full_bundle") }),
        taskCount: readInteger(shard, "task_count"),
      }),
    ),
  };
}

function readText(item: Stored, attribute: string): string {
  const value = item[attribute];
  if (typeof value !== "string") throw damaged(`${attribute} must be a text`);
  return value;
}

function readInteger(item: Stored, attribute: string): number {
  const value = item[attribute];
  if (typeof value !== "number" || !Number.isSafeInteger(value)) {
    throw damaged(`${attribute} must be a whole number`);
  }
  return value;
}

function damaged(rule: string): Error {
  return new Error(`Stored manifest is damaged: ${rule}`);
}

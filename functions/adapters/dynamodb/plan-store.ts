import { marshall } from "@aws-sdk/util-dynamodb";
import { usableOverrides } from "../../../shared/health/rules/rules.ts";
import {
  BundleError,
  decodeBundle,
  encodeBundle,
  type Manifest,
  type ShardPlan,
} from "../../../shared/plan/plan.ts";
import { parseRateLimit } from "../../../shared/rate/rate.ts";
import type { EpochMs } from "../../../shared/units.ts";
import type { PlanStore } from "../../ports/plan-store.ts";
import { toPlainItem } from "./plain-item.ts";
import {
  expiryAttribute,
  expiryOf,
  isExpired,
  isInteger,
  readInteger,
  readList,
  readText,
  storedItem,
} from "./stored-item.ts";
import { getItem, type Item, putItem, type TableSetup } from "./table.ts";

/** DynamoDB takes items of up to 400 KB; a larger bundle is stored in parts. */
const MAX_PART_BYTES = 350 * 1_024;

/** The plan store's table and its clock. */
interface PlanStoreSetup extends TableSetup {
  readonly now: () => EpochMs;
}

/** A region's `plans` table: `manifest`, `bundle#<hash>`, and `bundle#<hash>#<n>` for its parts. */
export function createPlanStore(setup: PlanStoreSetup): PlanStore {
  const read = async (pk: string) => {
    const item = await getItem(setup, { pk });
    return item === null || isExpired(item, setup.now()) ? null : item;
  };

  return {
    async readManifest() {
      const item = await read("manifest");
      return item === null ? null : decodeManifest(toPlainItem(item));
    },

    async writeManifest(manifest) {
      await putItem(setup, marshall({ pk: "manifest", ...encodeManifest(manifest) }));
    },

    async readBundle(hash) {
      const head = await read(bundleKey(hash));
      if (head === null) return null;
      const parts = [bytesOf(head)];
      for (let i = 1; i < Number(head.parts?.N ?? 1); i++) {
        const part = await read(bundleKey(hash, i));
        if (part === null) return null;
        parts.push(bytesOf(part));
      }
      return decodeBundle(Buffer.concat(parts), hash);
    },

    async readBundleExpiry(hash) {
      const item = await read(bundleKey(hash));
      return item === null ? null : expiryOf(item);
    },

    async writeBundle(hash, bundle, expiresAtMs) {
      const encoded = encodeBundle(bundle);
      if (encoded.hash !== hash) throw new Error(`Bundle has hash ${encoded.hash}, not ${hash}`);
      const parts = cutBytes(encoded.bytes);
      const tail = { parts: { N: String(parts.length) }, ...expiryAttribute(expiresAtMs) };
      // The head is written last, so that a reader that finds it finds all parts.
      for (const [i, bytes] of [...parts.entries()].reverse()) {
        await putItem(setup, { pk: { S: bundleKey(hash, i) }, bundle: { B: bytes }, ...tail });
      }
    },
  };
}

function bundleKey(hash: string, part = 0): string {
  return part === 0 ? `bundle#${hash}` : `bundle#${hash}#${part}`;
}

function bytesOf(item: Item): Uint8Array {
  const bytes = item.bundle?.B;
  if (bytes === undefined) throw new BundleError("Stored item has no bytes in bundle");
  return bytes;
}

function cutBytes(bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += MAX_PART_BYTES) {
    parts.push(bytes.subarray(at, at + MAX_PART_BYTES));
  }
  return parts;
}

/** A manifest's attributes, without its key. */
interface ManifestItem {
  readonly version: 1;
  readonly region: string;
  readonly planned_at_ms: number;
  readonly stagger_permille: number;
  readonly shards: readonly {
    readonly shard: number;
    readonly bundle: string;
    /** A probe of an earlier version ignores it. */
    readonly full_bundle?: string;
    readonly task_count: number;
    readonly crowded?: ShardPlan["crowded"];
    readonly spread_ms?: number;
    readonly burst_ms?: number;
  }[];
  /** A probe of an earlier version finds no shard of its own. */
  readonly retired?: true;
  readonly planned_slots?: true;
  readonly rate_limit?: Manifest["rateLimit"];
  /** As a bundle has a task's `alert`. */
  readonly alert_defaults?: Manifest["alertDefaults"];
}

/** A manifest's stored attributes, without its key. */
export function encodeManifest(manifest: Manifest): ManifestItem {
  return {
    version: 1,
    region: manifest.region,
    planned_at_ms: manifest.plannedAtMs,
    stagger_permille: manifest.staggerPermille,
    shards: manifest.shards.map(({ shard, bundle, fullBundle, taskCount, crowded, ...spans }) => ({
      shard,
      bundle,
      ...(fullBundle === undefined ? {} : { full_bundle: fullBundle }),
      task_count: taskCount,
      ...(crowded !== undefined && { crowded }),
      ...(spans.spreadMs !== undefined && { spread_ms: spans.spreadMs }),
      ...(spans.burstMs !== undefined && { burst_ms: spans.burstMs }),
    })),
    ...(manifest.retired && { retired: true }),
    ...(manifest.plannedSlots && { planned_slots: true }),
    ...(manifest.rateLimit !== undefined && { rate_limit: manifest.rateLimit }),
    ...(manifest.alertDefaults !== undefined && { alert_defaults: manifest.alertDefaults }),
  };
}

/** Reads a manifest's stored attributes, ignoring unknown ones; throws on an unknown version. */
export function decodeManifest(stored: unknown): Manifest {
  const item = storedItem("manifest", stored);
  const { version } = item.fields;
  if (version !== 1) {
    throw new Error(`Manifest version ${String(version)} is not known to this reader (1)`);
  }
  const faults: string[] = [];
  const shards = readList(item, "shards").flatMap((shard) => decodeShard(shard, faults) ?? []);
  return {
    region: readText(item, "region"),
    plannedAtMs: readInteger(item, "planned_at_ms"),
    staggerPermille: readInteger(item, "stagger_permille"),
    shards,
    ...(item.fields.retired === true && { retired: true }),
    ...(item.fields.planned_slots === true && { plannedSlots: true }),
    ...readRateLimit(item.fields.rate_limit),
    ...readDefaults(item.fields.alert_defaults),
    ...(faults.length > 0 && { faults }),
  };
}

/** One that can't be used counts as not set. */
function readRateLimit(stored: unknown): Pick<Manifest, "rateLimit"> {
  const rateLimit = parseRateLimit(stored);
  return rateLimit === null ? {} : { rateLimit };
}

/** Defaults that can't be used count as not set, one by one. */
function readDefaults(stored: unknown): Pick<Manifest, "alertDefaults"> {
  if (typeof stored !== "object" || stored === null) return {};
  return { alertDefaults: usableOverrides(stored).alert };
}

/** An odd shard must not hide the others. */
function decodeShard(stored: unknown, faults: string[]): ShardPlan | null {
  try {
    return readShard(stored);
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
    return null;
  }
}

function readShard(stored: unknown): ShardPlan {
  const item = storedItem("manifest", stored);
  const hasFullBundle = item.fields.full_bundle !== undefined;
  return {
    shard: readInteger(item, "shard"),
    bundle: readText(item, "bundle"),
    ...(hasFullBundle && { fullBundle: readText(item, "full_bundle") }),
    taskCount: readInteger(item, "task_count"),
    ...readCrowded(item.fields.crowded),
    ...readSpan("spreadMs", item.fields.spread_ms),
    ...readSpan("burstMs", item.fields.burst_ms),
  };
}

/** Numbers of places that can't be used are left out: their hosts have the whole limit. */
function readCrowded(stored: unknown): Pick<ShardPlan, "crowded"> {
  if (typeof stored !== "object" || stored === null) return {};
  const counts = Object.entries(stored).filter(([, count]) => Number.isInteger(count) && count > 0);
  return counts.length === 0 ? {} : { crowded: Object.fromEntries(counts) };
}

/** One that can't be used counts as not set: the probe's lease remembers which one it took. */
function readSpan(field: "spreadMs" | "burstMs", stored: unknown): Partial<ShardPlan> {
  return isInteger(stored) && stored > 0 ? { [field]: stored } : {};
}

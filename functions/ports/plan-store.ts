import type { Bundle, Manifest } from "../../shared/plan/plan.ts";
import type { EpochMs } from "../../shared/units.ts";

/** A region's plans. Written by plan, read by everyone. */
export interface PlanStore {
  /** Null before the first plan. */
  readManifest(): Promise<Manifest | null>;
  writeManifest(manifest: Manifest): Promise<void>;
  /** Null where no such bundle is stored; throws on one that can't be decoded. */
  readBundle(hash: string): Promise<Bundle | null>;
  /** When the stored bundle expires, or null where there is none. */
  readBundleExpiry(hash: string): Promise<EpochMs | null>;
  writeBundle(hash: string, bundle: Bundle, expiresAtMs: EpochMs): Promise<void>;
}

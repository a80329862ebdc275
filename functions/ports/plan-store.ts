import type { Bundle, Manifest } from "../../shared/plan/plan.ts";
import type { EpochMs } from "../../shared/units.ts";

/** A region's plans. Written by plan, read by everyone. */
export interface PlanStore {
  /** Null before the first plan. */
  readManifest(): Promise<Manifest | null>;
  /** Replaces the manifest. Its bundles must be stored already. */
  writeManifest(manifest: Manifest): Promise<void>;
  /** Null if no such bundle is stored; throws on one that can't be decoded. */
  readBundle(hash: string): Promise<Bundle | null>;
  /** When the stored bundle expires, or null if there is none. */
  readBundleExpiry(hash: string): Promise<EpochMs | null>;
  /** Stores the bundle, or replaces its expiry. Throws if the hash is another bundle's. */
  writeBundle(hash: string, bundle: Bundle, expiresAtMs: EpochMs): Promise<void>;
}

import type { Interval } from "../../../shared/slot/slot.ts";
import type { DurationMs, EpochMs } from "../../../shared/units.ts";

/** How a check that fails ends: at once, or when its time is up. */
export type Ending = "refused" | "timeout";

/** Why the target itself does not answer, as far as it really does not. */
export type TruthKind = "outage" | "restart" | "brown-out" | "flap";

/** A span of time in which checks fail. */
export interface Trouble extends Interval {
  /** The region whose checks fail; absent if all regions see it. */
  readonly region?: number;
  /** The share of the checks that fail, 0 to 1. */
  readonly share: number;
  readonly ending: Ending;
  /** Present if the target itself is the cause. */
  readonly truth?: TruthKind;
  /** The region's probes are at fault, for all targets: a fleet can notice it. */
  readonly isOfProbes?: true;
}

/** What happens to what probes store and say. */
export interface Transport {
  /** The share of the chunks that come later, and by how much. */
  readonly lateShare: number;
  readonly lateMs: DurationMs;
  /** The share of the chunks that never come. */
  readonly missingShare: number;
  /** The share of the chunks that come twice, a minute apart. */
  readonly doubledShare: number;
  readonly hintsLostShare: number;
  readonly hintsDoubledShare: number;
  /** When home does not run at all. */
  readonly homeAway: readonly Interval[];
}

/** A span of one target's life, as every probe would see it. It follows from its seed alone. */
export interface World extends Interval {
  readonly seed: number;
  /** The share of all checks that fail at any time, beside the troubles. */
  readonly lossShare: number;
  readonly lossEnding: Ending;
  readonly troubles: readonly Trouble[];
  /** The connect time that a region sees, without jitter. */
  readonly latencyMs: (region: number, atMs: EpochMs) => DurationMs;
  readonly transport: Transport;
}

/** Nothing is late and nothing is lost. */
export const SOUND_TRANSPORT: Transport = {
  lateShare: 0,
  lateMs: 0,
  missingShare: 0,
  doubledShare: 0,
  hintsLostShare: 0,
  hintsDoubledShare: 0,
  homeAway: [],
};

/** A number from 0 to below 1 that follows from a seed, a place and an instant. */
export function chanceAt(seed: number, place: number, atMs: EpochMs): number {
  let h = seed ^ Math.imul(place + 1, 0x9e3779b1);
  h = Math.imul(h ^ (atMs | 0), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13) ^ Math.floor(atMs / 4_294_967_296), 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x27d4eb2f);
  return ((h ^ (h >>> 15)) >>> 0) / 4_294_967_296;
}

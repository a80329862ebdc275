import { type DurationMs, type EpochMs, SECOND_MS } from "../units.ts";
import type { DownSpell, RegionHealth } from "./model.ts";

/** Failures so close to each other are one spell: between them the region was down at any instant. */
const SPELL_GAP_MS: DurationMs = 20 * SECOND_MS;

/** Before a window, spells are of use only as long as a failure counts as recent. */
const LEAST_KEPT_MS: DurationMs = 150 * SECOND_MS;

/**
 * Notes in a region's health how a sample moved it while it was down. Samples of another region may
 * arrive later, and then ask whether this one was down at their instants; samples before `fromMs` are
 * judged, and ask no more.
 */
export function noteDown(before: RegionHealth, after: RegionHealth, fromMs: EpochMs): RegionHealth {
  const { downs, lastDownAtMs } = after;
  if (before.status === "unhealthy" && after.status === "healthy") {
    return { ...after, downs: withRecovery(downs, after.throughMs) };
  }
  if (lastDownAtMs === null || lastDownAtMs === before.lastDownAtMs) return after;
  const kept = downs.filter(({ lastAtMs }) => lastAtMs >= fromMs - LEAST_KEPT_MS);
  return { ...after, downs: withFailure(kept, lastDownAtMs) };
}

function withRecovery(downs: readonly DownSpell[], recoveredAtMs: EpochMs): DownSpell[] {
  return downs.map((spell, i) => (i === downs.length - 1 ? { ...spell, recoveredAtMs } : spell));
}

function withFailure(downs: readonly DownSpell[], atMs: EpochMs): DownSpell[] {
  const last = downs.at(-1);
  if (last === undefined || last.recoveredAtMs !== null || atMs - last.lastAtMs > SPELL_GAP_MS) {
    return [...downs, { firstAtMs: atMs, lastAtMs: atMs, recoveredAtMs: null }];
  }
  return [...downs.slice(0, -1), { ...last, lastAtMs: atMs }];
}

/** Whether a region was unhealthy at an instant, also if it is known to have turned since. */
export function wasUnhealthyAt({ downs, unhealthySinceMs }: RegionHealth, atMs: EpochMs): boolean {
  const spell = downs.findLast(({ firstAtMs }) => firstAtMs <= atMs);
  if (spell === undefined) return unhealthySinceMs !== null && unhealthySinceMs <= atMs;
  return spell.recoveredAtMs === null || atMs < spell.recoveredAtMs;
}

/** The instants after `atMs` at which a region is known to fall or to recover. */
export function turnsAfter({ downs }: RegionHealth, atMs: EpochMs): EpochMs[] {
  const turns = downs.flatMap(({ firstAtMs, recoveredAtMs }) => [firstAtMs, recoveredAtMs ?? -1]);
  return turns.filter((turnMs) => turnMs > atMs);
}

import type { RegionWindow, TaskWindow } from "../summary/summary.ts";
import { type EpochMs, MINUTE_MS } from "../units.ts";
import type { Finding, RegionHealth, Standing, TaskState } from "./model.ts";
import { advanceHealth } from "./region-health.ts";
import type { AlertPolicy } from "./rules/rules.ts";
import { INITIAL_HEALTH } from "./task-state.ts";
import { type Breach, type Opinion, opinionOf } from "./threshold-rules.ts";
import type { Voter } from "./votes.ts";

/** A region in a window: what it has to say, and its health after the window's checks. */
export interface RegionReport extends Voter {
  /** It speaks of this very window, not of an earlier one. */
  readonly isFresh: boolean;
  readonly after: RegionHealth;
}

/** Reads every region's part of a window, in order of their names. */
export function readReports(
  state: TaskState,
  window: TaskWindow,
  policy: AlertPolicy,
): RegionReport[] {
  const regions = Object.entries(window.regions).sort(([a], [b]) => (a < b ? -1 : 1));
  return regions.map(([region, heard]) => {
    const before = state.regions[region] ?? INITIAL_HEALTH;
    const read = heard.figures.sampleCount > 0 ? readFresh : readSilent;
    return { region, figures: heard.figures, ...read(before, { ...window, heard }, policy) };
  });
}

/** A window from one region's point of view. */
interface Heard extends TaskWindow {
  readonly heard: RegionWindow;
}

type Reading = Omit<RegionReport, "region" | "figures">;

function readFresh(before: RegionHealth, window: Heard, policy: AlertPolicy): Reading {
  const { checks, figures } = window.heard;
  const health = advanceHealth(before, { ...window, checks }, policy);
  const failingForMs = lengthSince(health.failingSinceMs, window.periodEndMs);
  const opinion = opinionOf({ figures, failingForMs }, policy);
  const standing = takesTurns(window) ? toStanding(opinion) : null;
  return {
    health: health.status,
    after: { ...health, standing },
    opinion,
    awaited: true,
    isFresh: true,
  };
}

/**
 * Regions check a task of more than a minute in different windows. One that is at work and has
 * nothing due stands by its last vote, or else each would be alone in its window and its own quorum.
 */
function readSilent(before: RegionHealth, window: Heard): Reading {
  const isDue = window.heard.figures.expectedCount > 0;
  const stands = !isDue && takesTurns(window) && window.heard.covered;
  return {
    health: before.status,
    after: before,
    opinion: stands ? standBy(before.standing) : null,
    awaited: isDue || !window.heard.covered,
    isFresh: false,
  };
}

function takesTurns({ scheduleMs }: TaskWindow): boolean {
  return scheduleMs > MINUTE_MS;
}

function lengthSince(sinceMs: EpochMs | null, untilMs: EpochMs): number | null {
  return sinceMs === null ? null : untilMs - sinceMs;
}

function toStanding({ failure, latency }: Opinion): Standing | null {
  if (failure === null && latency === null) return null;
  return { failure: toFinding(failure), latency: toFinding(latency) };
}

function toFinding(breach: Breach | null): Finding | null {
  return breach === null ? null : { severity: breach.severity, rule: breach.rule };
}

function standBy(standing: Standing | null): Opinion {
  const recall = (finding: Finding | null) =>
    finding === null ? null : { ...finding, value: null, limit: null };
  return { failure: recall(standing?.failure ?? null), latency: recall(standing?.latency ?? null) };
}

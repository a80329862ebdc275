import { firstSynAverage, type RegionWindow, type TaskWindow } from "../summary/summary.ts";
import { type EpochMs, MINUTE_MS } from "../units.ts";
import type { RegionHealth, TaskState } from "./model.ts";
import { type AlertPolicy, type Finding, findingsOf } from "./rules/rules.ts";
import { isSame } from "./same.ts";
import { INITIAL_HEALTH } from "./task-state.ts";
import type { Voter } from "./votes.ts";

/** A region in a window: its findings, and its health after the window's checks. */
export interface RegionReport extends Voter {
  /** Its findings are of this window, not of an earlier one. */
  readonly isFresh: boolean;
  readonly after: RegionHealth;
}

/** Reads every region's part of a window whose samples were judged, in order of their names. */
export function readReports(
  state: TaskState,
  window: TaskWindow,
  policy: AlertPolicy,
): RegionReport[] {
  const regions = Object.entries(window.regions).sort(([a], [b]) => (a < b ? -1 : 1));
  return regions.map(([region, own]) => {
    const before = state.regions[region] ?? INITIAL_HEALTH;
    const read = own.figures.sampleCount > 0 ? readFresh : readSilent;
    return { region, figures: own.figures, ...read(before, { ...window, own }, policy) };
  });
}

/** A window from one region's point of view. */
interface OwnWindow extends TaskWindow {
  readonly own: RegionWindow;
}

type Reading = Omit<RegionReport, "region" | "figures">;

function readFresh(before: RegionHealth, window: OwnWindow, policy: AlertPolicy): Reading {
  const { figures } = window.own;
  const failingForMs = lengthSince(before.failingSinceMs, window.periodEndMs);
  const evidence = { ...figures, firstSynAverageMs: firstSynAverage(figures), failingForMs };
  const findings = findingsOf(evidence, policy);
  const standing = takesTurns(window) ? findings.map(asPast) : [];
  return {
    health: before.status,
    after: isSame(standing, before.standing) ? before : { ...before, standing },
    findings,
    awaited: true,
    isFresh: true,
  };
}

/**
 * Regions check a task of more than a minute in different windows. A region that runs and has no
 * scheduled check keeps its last vote; otherwise each region would be the whole quorum of its window.
 */
function readSilent(before: RegionHealth, window: OwnWindow): Reading {
  const isDue = window.own.figures.expectedCount > 0;
  const keepsVote = !isDue && takesTurns(window) && window.own.covered;
  return {
    health: before.status,
    after: before,
    findings: keepsVote ? before.standing : null,
    awaited: isDue || !window.own.covered,
    isFresh: false,
  };
}

function takesTurns({ scheduleMs }: TaskWindow): boolean {
  return scheduleMs > MINUTE_MS;
}

function lengthSince(sinceMs: EpochMs | null, untilMs: EpochMs): number | null {
  return sinceMs === null ? null : untilMs - sinceMs;
}

function asPast(finding: Finding): Finding {
  return { ...finding, value: null, limit: null };
}

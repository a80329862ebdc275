import { ERROR_KINDS, type ErrorKind, isCounted } from "../result/result.ts";
import { sumOf } from "../sum-of.ts";
import {
  type FailuresByPhase,
  type Figures,
  figuresOf,
  phasesOfKind,
  type TaskWindow,
} from "../summary/summary.ts";
import { PHASES, type Phase } from "../task/task.ts";
import type { RegionName } from "../units.ts";
import type { RegionHealth, RegionVote, TaskState, Vote } from "./model.ts";
import { INITIAL_HEALTH } from "./task-state.ts";
import type { TrendVote } from "./trends/trends.ts";

/** A region before the vote. */
export interface Voter {
  readonly region: RegionName;
  readonly figures: Figures;
  readonly health: RegionHealth["status"];
}

const NO_FIGURES = /* @__PURE__ */ figuresOf({ expectedCount: 0 }, []);

/** The regions of a window before the vote, in order of their names. */
export function votersOf(state: TaskState, window: TaskWindow): Voter[] {
  const names = Object.keys(window.regions).sort();
  return names.map((region) => voterOf(region, state, window));
}

function voterOf(region: RegionName, { regions }: TaskState, window: TaskWindow): Voter {
  const { status: health } = regions[region] ?? INITIAL_HEALTH;
  return { region, figures: window.regions[region]?.figures ?? NO_FIGURES, health };
}

/** A region's vote without a figure. */
export function castVote(voter: Voter, vote: Vote): RegionVote {
  return { ...voter, vote, rule: null, value: null, limit: null };
}

/** The votes on a task's trends with the figures and the health of their regions. */
export function withFigures(
  votes: readonly TrendVote[],
  state: TaskState,
  window: TaskWindow,
): RegionVote[] {
  return votes.map((vote) => ({ ...voterOf(vote.region, state, window), ...vote }));
}

/** Counts the votes that are one of the given ones. */
export function countVotes(votes: readonly RegionVote[], ...among: readonly Vote[]): number {
  return votes.filter(({ vote }) => among.includes(vote)).length;
}

/** The kind of most failures, the first of `ERROR_KINDS` among equals; null without failures. */
export function mainErrorKind(all: readonly Figures[]): ErrorKind | null {
  const countOf = (kind: ErrorKind) =>
    all.reduce((sum, { failuresByKind }) => sum + (failuresByKind[kind] ?? 0), 0);
  const counts = ERROR_KINDS.filter(isCounted).map((kind) => ({ kind, count: countOf(kind) }));
  const [main] = counts.filter(({ count }) => count > 0).toSorted((a, b) => b.count - a.count);
  return main?.kind ?? null;
}

/** The phase of most failures of a kind; nothing unless it is after the handshake. */
export function mainPhase(kind: ErrorKind | null, all: readonly Figures[]): MainPhase {
  return kind === null ? {} : mostFrequent(all.map((figures) => phasesOfKind(kind, figures)));
}

/** Where most failed; nothing unless it is after the handshake. */
export interface MainPhase {
  readonly failedPhase?: Phase;
}

/** The phase with most failures, the first one among equals. */
export function mostFrequent(counts: readonly FailuresByPhase[]): MainPhase {
  const countOf = (phase: Phase) => sumOf(counts, (own) => own[phase] ?? 0);
  const [main] = PHASES.filter((phase) => countOf(phase) > 0).toSorted(
    (a, b) => countOf(b) - countOf(a),
  );
  const isLater = main !== undefined && main !== "resolve" && main !== "connect";
  return isLater ? { failedPhase: main } : {};
}

import type { ErrorKind } from "../result/result.ts";
import { figuresOf, type JudgedCheck, type TaskWindow } from "../summary/summary.ts";
import type { EpochMs, RegionName } from "../units.ts";
import { certificateEnd } from "./certificate-end.ts";
import { noteDown } from "./down-spells.ts";
import { instantsFrom, moveIncident, type Quorum } from "./incident.ts";
import type {
  DecidingSample,
  Incident,
  Judgement,
  RegionHealth,
  RegionVote,
  StateTransition,
  TaskState,
} from "./model.ts";
import { advanceHealth, type HealthRule } from "./region-health.ts";
import type { AlertPolicy } from "./rules/rules.ts";
import { statusOf } from "./status.ts";
import { INITIAL_HEALTH } from "./task-state.ts";
import { type MainPhase, mainErrorKind, mostFrequent } from "./votes.ts";

/** By what samples are judged. */
export interface SampleRule {
  readonly policy: AlertPolicy;
  /** Regions whose probes are sick: they abstain. */
  readonly sick: ReadonlySet<RegionName>;
}

/** A decision shows so many checks of each region that decided. */
const SHOWN_SAMPLES = 4;

/**
 * Judges the samples of some time, in order of their instants: the regions' health, and the incident
 * that follows from it. A sample that a region's health has seen is ignored, so the same samples may
 * come again. It neither counts the events nor dates the state.
 */
export function foldSamples(state: TaskState, window: TaskWindow, by: SampleRule): Judgement {
  if (isQuiet(state, window)) return { state, transitions: [] };
  const fold = new SampleFold(state, window, by);
  for (const sample of newSamples(state, window)) fold.take(sample);
  return fold.judgement();
}

/** What a region measured that has no part in a look. */
const NO_FIGURES = /* @__PURE__ */ figuresOf({ expectedCount: 0 }, []);

/** Most tasks: nothing failed and nothing is remembered that a passed check could change. */
function isQuiet({ incident, regions }: TaskState, window: TaskWindow): boolean {
  if (incident.openedAtMs !== null) return false;
  const isCalm = ({ status, failCount, recent, silentSinceMs }: RegionHealth) =>
    status === "healthy" && failCount === 0 && recent === "" && silentSinceMs === null;
  if (!Object.values(regions).every(isCalm)) return false;
  return Object.values(window.regions).every(
    ({ checks, rechecks }) => checks.every(isNoFailure) && rechecks.every(isNoFailure),
  );
}

function isNoFailure({ verdict }: JudgedCheck): boolean {
  return verdict !== "failed";
}

/** What the regions' health has not seen yet, in order of instants, then of names. */
function newSamples({ regions }: TaskState, window: TaskWindow): DecidingSample[] {
  const all = Object.entries(window.regions).flatMap(([region, { checks, rechecks }]) => [
    ...checks.map((check) => sampleOf(region, check, false)),
    ...rechecks.map((check) => sampleOf(region, check, true)),
  ]);
  return all
    .filter(({ region, atMs }) => atMs > (regions[region]?.throughMs ?? -1))
    .sort((a, b) => a.atMs - b.atMs || (a.region < b.region ? -1 : 1));
}

function sampleOf(region: RegionName, check: JudgedCheck, isRecheck: boolean): DecidingSample {
  const { slotAtMs: atMs, verdict, errorKind, deep } = check;
  const sample = { region, atMs, verdict, errorKind, isRecheck };
  if (verdict !== "failed" || deep?.failedPhase === undefined) return sample;
  return { ...sample, failedPhase: deep.failedPhase };
}

/** A task's state while it is moved from sample to sample. */
class SampleFold {
  readonly #before: TaskState;
  readonly #window: TaskWindow;
  readonly #by: SampleRule;
  readonly #rule: HealthRule;
  readonly #regions: Map<RegionName, RegionHealth>;
  readonly #taken: DecidingSample[] = [];
  readonly #transitions: StateTransition[] = [];
  #state: TaskState;
  #lastSuccess: StateTransition["lastSuccess"] = null;

  constructor(state: TaskState, window: TaskWindow, by: SampleRule) {
    this.#before = state;
    this.#state = state;
    this.#window = window;
    this.#by = by;
    this.#rule = { policy: by.policy, scheduleMs: window.scheduleMs };
    this.#regions = healthOfAll(state, window);
  }

  take(sample: DecidingSample): void {
    if (sample.verdict === "uncounted") return;
    const { region, atMs } = sample;
    const before = this.#regions.get(region) ?? INITIAL_HEALTH;
    const after = advanceHealth(heardAt(before, atMs), sample, this.#rule);
    this.#regions.set(region, noteDown(before, after, this.#window.periodStartMs));
    this.#taken.push(sample);
    if (sample.verdict === "passed") this.#lastSuccess = { region, atMs };
    this.#decide(sample);
  }

  judgement(): Judgement {
    const regions = { ...this.#before.regions, ...Object.fromEntries(this.#regions) };
    return { state: { ...this.#state, regions }, transitions: this.#transitions };
  }

  #decide(sample: DecidingSample): void {
    for (const atMs of instantsFrom(sample.atMs, this.#regions)) this.#moveTo(atMs);
  }

  #moveTo(atMs: EpochMs): void {
    const { incident: before } = this.#state;
    const { scheduleMs } = this.#window;
    const now = { atMs, scheduleMs, regions: this.#regions, sick: this.#by.sick };
    const { incident, quorum } = moveIncident(before, now, this.#by.policy);
    if (incident === before) return;
    const next = { ...this.#state, incident };
    const turned = (incident.openedAtMs === null) !== (before.openedAtMs === null);
    this.#state = turned ? this.#turn(next, quorum, atMs) : next;
  }

  /** The incident opened or closed: the status that follows, and a transition if it is another one. */
  #turn(next: TaskState, quorum: Quorum, atMs: number): TaskState {
    const { status, rule } = statusOf(next);
    const from = this.#state.status;
    const after: TaskState = {
      ...next,
      status,
      rule,
      sinceMs: status === from ? next.sinceMs : atMs,
    };
    if (status !== from) this.#transitions.push(this.#transition(after, { from, quorum, atMs }));
    return after;
  }

  #transition(
    { status, rule, incident }: TaskState,
    { from, quorum, atMs }: { from: TaskState["status"]; quorum: Quorum; atMs: number },
  ): StateTransition {
    const opened = incident.openedAtMs !== null;
    const votes = this.#votes(quorum);
    const samples = this.#decidingSamples(quorum, opened);
    const errorKind = opened ? mainErrorKindOf(samples, votes) : null;
    const openedAtMs = opened ? incident.openedAtMs : this.#state.incident.openedAtMs;
    return {
      kind: "state",
      from,
      to: status,
      reason: opened ? "down" : (rule ?? "recovered"),
      atMs,
      track: "incident",
      number: incident.number,
      phase: opened ? "opened" : "closed",
      openedAtMs,
      failingSinceMs: opened ? this.#failingSince(quorum) : null,
      flapping: flappingOf(incident, opened),
      lastSuccess: opened ? this.#lastSuccess : null,
      samples,
      errorKind,
      ...mainPhaseOf(errorKind, samples),
      votesNeeded: quorum.needed,
      votes,
      uncounted: [],
      ...certificateEnd(this.#state.trends, this.#window),
    };
  }

  #votes({ voters, down }: Quorum): RegionVote[] {
    return [...this.#regions].map(([region, health]) => {
      const isHeard = voters.includes(region);
      const vote = down.includes(region) ? "breach" : isHeard ? "fine" : "none";
      return {
        region,
        vote,
        rule: vote === "breach" ? "down" : null,
        value: vote === "breach" ? health.failCount : null,
        limit: vote === "breach" ? this.#by.policy.failureThreshold : null,
        figures: this.#window.regions[region]?.figures ?? NO_FIGURES,
        health: health.status,
      };
    });
  }

  /** The last checks of the regions that decided. */
  #decidingSamples({ voters, down }: Quorum, opened: boolean): DecidingSample[] {
    const regions = opened ? down : voters.filter((name) => !down.includes(name));
    return regions
      .flatMap((region) =>
        this.#taken.filter((sample) => sample.region === region).slice(-SHOWN_SAMPLES),
      )
      .sort((a, b) => a.atMs - b.atMs);
  }

  #failingSince({ down }: Quorum): number | null {
    const firsts = down.flatMap((region) => this.#regions.get(region)?.firstFailAtMs ?? []);
    return firsts.length === 0 ? null : Math.min(...firsts);
  }
}

/** Every region of the task: those of this look, and those that are remembered, in order of their names. */
function healthOfAll(state: TaskState, window: TaskWindow): Map<RegionName, RegionHealth> {
  const names = new Set([...Object.keys(window.regions), ...Object.keys(state.regions)]);
  return new Map([...names].sort().map((name) => [name, state.regions[name] ?? INITIAL_HEALTH]));
}

/** A sample from before the silence does not end it. */
function heardAt(health: RegionHealth, atMs: EpochMs): RegionHealth {
  const { silentSinceMs } = health;
  return silentSinceMs === null || atMs < silentSinceMs
    ? health
    : { ...health, silentSinceMs: null };
}

function flappingOf({ reopenings }: Incident, opened: boolean): StateTransition["flapping"] {
  if (reopenings === 0) return null;
  return opened ? "started" : "ended";
}

/** The kind of most of the deciding checks; of the whole look's failures if they have none. */
function mainErrorKindOf(samples: readonly DecidingSample[], votes: readonly RegionVote[]) {
  const kinds = samples.flatMap(({ errorKind }) => errorKind ?? []);
  const countOf = (kind: string) => kinds.filter((other) => other === kind).length;
  const [main] = kinds.toSorted((a, b) => countOf(b) - countOf(a));
  return main ?? mainErrorKind(votes.map(({ figures }) => figures));
}

function mainPhaseOf(kind: ErrorKind | null, samples: readonly DecidingSample[]): MainPhase {
  const own = samples.filter(({ errorKind }) => errorKind !== null && errorKind === kind);
  return mostFrequent(own.map(({ failedPhase }) => (failedPhase ? { [failedPhase]: 1 } : {})));
}

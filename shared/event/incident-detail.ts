import { deriveId } from "../hash.ts";
import type { DecidingSample, StateTransition } from "../health/health.ts";
import type { ErrorKind } from "../result/result.ts";
import type { Phase } from "../task/task.ts";
import { type EpochMs, type RegionName, SECOND_MS, toIso } from "../units.ts";
import type { AlertContext } from "./outgoing.ts";

/** One check that decided, as events show it. */
interface SampleDetail {
  readonly region: RegionName;
  readonly at: string;
  readonly success: boolean;
  readonly error_kind: ErrorKind | null;
  /** Absent unless the check got beyond its handshake. */
  readonly failed_phase?: Phase;
  readonly recheck: boolean;
}

/** What an event says of the incident, warning or silence that it is about. */
export interface IncidentDetail {
  /** The same in every event of one incident. */
  readonly incident_id: string;
  readonly opened_at: string | null;
  /** Of an incident that closed. */
  readonly duration_seconds?: number;
  readonly flapping?: "started" | "ended";
  readonly last_success?: { readonly region: RegionName; readonly at: string };
  readonly samples: readonly SampleDetail[];
}

/** The fields of an incident; what there is nothing to say of is absent. */
export function incidentDetail(
  transition: StateTransition,
  { fleet, task }: Pick<AlertContext, "fleet" | "task">,
): IncidentDetail {
  const { track, number, phase, openedAtMs, atMs, flapping, lastSuccess, samples } = transition;
  return {
    incident_id: incidentId(fleet, task.name, { track, number }),
    opened_at: openedAtMs === null ? null : toIso(openedAtMs),
    ...(phase === "closed" &&
      openedAtMs !== null && { duration_seconds: secondsOf(atMs, openedAtMs) }),
    ...(flapping !== null && { flapping }),
    ...(lastSuccess !== null && {
      last_success: { region: lastSuccess.region, at: toIso(lastSuccess.atMs) },
    }),
    samples: lastOfEach(samples).map(toSampleDetail),
  };
}

/** The id of an incident or spell of a task. */
export function incidentId(
  fleet: string,
  taskName: string,
  { track, number }: Pick<StateTransition, "track" | "number">,
): string {
  return deriveId(fleet, taskName, track, number);
}

/** An event shows so many checks, the last ones of each region. */
const MAX_SAMPLES = 6;

function lastOfEach(samples: readonly DecidingSample[]): DecidingSample[] {
  const regions = new Set(samples.map(({ region }) => region));
  const perRegion = Math.max(1, Math.floor(MAX_SAMPLES / Math.max(1, regions.size)));
  const kept = [...regions].slice(0, MAX_SAMPLES).flatMap((region) => {
    return samples.filter((sample) => sample.region === region).slice(-perRegion);
  });
  return kept.sort((a, b) => a.atMs - b.atMs);
}

function secondsOf(toMs: EpochMs, fromMs: EpochMs): number {
  return Math.max(0, Math.round((toMs - fromMs) / SECOND_MS));
}

function toSampleDetail({
  region,
  atMs,
  verdict,
  errorKind,
  failedPhase,
  isRecheck,
}: DecidingSample): SampleDetail {
  return {
    region,
    at: toIso(atMs),
    success: verdict === "passed",
    error_kind: errorKind,
    ...(failedPhase !== undefined && { failed_phase: failedPhase }),
    recheck: isRecheck,
  };
}

import { DETAIL_TYPES } from "../contract.ts";
import type { RegionChange } from "../fleet-health/fleet-health.ts";
import { deriveId } from "../hash.ts";
import { type ErrorKind, phraseOfKind } from "../result/result.ts";
import { MINUTE_MS, type RegionName, toIso } from "../units.ts";
import { type FleetPagerDutyEvent, toFleetPagerDuty } from "./fleet-pagerduty.ts";
import type { AlertContext, AlertSeverity, OutgoingEvent } from "./outgoing.ts";
import { type SlackMessage, toSlack } from "./slack.ts";

/** Detail of `Probe Fleet Region Impaired`. */
interface RegionImpairedDetail {
  readonly version: "1";
  readonly id: string;
  readonly fleet: string;
  readonly home_region: RegionName;
  readonly region: RegionName;
  readonly state: RegionChange["phase"];
  readonly severity: AlertSeverity;
  readonly reason: RegionChange["reason"];
  readonly number: number;
  readonly since: string;
  readonly failing_targets: number;
  readonly checked_targets: number;
  readonly failing_percent: number;
  readonly others_failing_percent: number | null;
  readonly error_kinds: readonly ErrorKind[];
  readonly suppressed_by?: "maintenance" | "silence";
  readonly summary: string;
  readonly pagerduty: FleetPagerDutyEvent;
  readonly slack: SlackMessage;
}

interface Sender extends Pick<AlertContext, "fleet" | "home"> {
  /** Why users are not told; null or left out if they are. */
  readonly suppressedBy?: "maintenance" | "silence" | null;
}

/** The event that a region became impaired or is well again. Its id follows from the impairment's number. */
export function regionImpairedEvent(
  change: RegionChange,
  { fleet, home, suppressedBy = null }: Sender,
): OutgoingEvent {
  const { region, number, phase, atMs } = change;
  const id = deriveId("region impaired", fleet, region, number, phase);
  const severity = severityOf(change);
  const summary = sentenceOf(change);
  const about = { kind: "region", name: region } as const;
  const detail: RegionImpairedDetail = {
    version: "1",
    id,
    fleet,
    home_region: home,
    region,
    state: phase,
    severity,
    reason: change.reason,
    number,
    since: toIso(change.sinceMs),
    failing_targets: change.failingCount,
    checked_targets: change.checkedCount,
    failing_percent: toPercent(shareOf(change)),
    others_failing_percent: change.othersShare === null ? null : toPercent(change.othersShare),
    error_kinds: change.kinds,
    ...(suppressedBy !== null && { suppressed_by: suppressedBy }),
    summary,
    pagerduty: toFleetPagerDuty({ fleet, severity, summary, atMs, about }),
    slack: toSlack(summary),
  };
  const resources = [`synfleet/${fleet}`, `synfleet/region/${region}`];
  return { id, detailType: DETAIL_TYPES.regionImpaired, time: atMs, resources, detail };
}

/** While nothing else tells whether the targets are down, no task can be judged: that is urgent. */
function severityOf({ phase, isAlone }: RegionChange): AlertSeverity {
  if (phase === "cleared") return "ok";
  return isAlone ? "critical" : "warning";
}

/** One line for people, e.g. `IMPAIRED: eu-west-1 fails 42 of 60 targets (70 %), other regions 1 %`. */
function sentenceOf(change: RegionChange): string {
  const { region, phase, reason, checkedCount, failingCount } = change;
  const targets = `${failingCount} of ${checkedCount} targets`;
  if (reason === "region_removed") return `OK: ${region} is no longer a region of the fleet`;
  if (phase === "cleared") {
    const minutes = Math.round((change.atMs - change.sinceMs) / MINUTE_MS);
    return `OK: ${region} is well again after ${minutes} min, and votes: it fails ${targets}`;
  }
  const others =
    change.othersShare === null ? "" : `, other regions ${toPercent(change.othersShare)} %`;
  const kinds = change.kinds.length === 0 ? "" : ` (${change.kinds.map(phraseOfKind).join(", ")})`;
  const seen = `${region} fails ${targets}, ${toPercent(shareOf(change))} %${others}${kinds}`;
  return change.isAlone
    ? `IMPAIRED: ${seen}: it does not vote, and no other region can tell whether they are down`
    : `IMPAIRED: ${seen}: it does not vote until it is well`;
}

function shareOf({ checkedCount, failingCount }: RegionChange): number {
  return checkedCount === 0 ? 0 : failingCount / checkedCount;
}

/** To a tenth of a percent. */
function toPercent(share: number): number {
  return Math.round(share * 1_000) / 10;
}

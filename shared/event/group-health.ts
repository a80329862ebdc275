import { DETAIL_TYPES } from "../contract.ts";
import type { GroupChange } from "../fleet-health/fleet-health.ts";
import { deriveId } from "../hash.ts";
import { escapeUnprintable } from "../input/input.ts";
import { type RegionName, toIso } from "../units.ts";
import { type FleetPagerDutyEvent, toFleetPagerDuty } from "./fleet-pagerduty.ts";
import type { AlertContext, AlertSeverity, OutgoingEvent } from "./outgoing.ts";
import { type SlackMessage, toSlack } from "./slack.ts";

/** An event lists no more targets of each kind; its counts are of all. */
const MAX_HOSTS = 100;

/** The sentence names no more targets. */
const SHOWN_HOSTS = 3;

/** Detail of `TCP Probe Group Health`. */
interface GroupHealthDetail {
  readonly version: "1";
  readonly id: string;
  readonly fleet: string;
  readonly home_region: RegionName;
  readonly target_id: string;
  readonly state: GroupChange["phase"];
  readonly severity: AlertSeverity;
  readonly reason: GroupChange["reason"];
  readonly number: number;
  readonly since: string;
  readonly healthy_count: number;
  readonly total_count: number;
  readonly min_healthy: number | null;
  readonly healthy: readonly string[];
  readonly unhealthy: readonly string[];
  readonly summary: string;
  readonly pagerduty: FleetPagerDutyEvent;
  readonly slack: SlackMessage;
}

type Sender = Pick<AlertContext, "fleet" | "home">;

/** The event that a group fell below its `min_healthy` or is no longer below. Its id follows from the number. */
export function groupHealthEvent(change: GroupChange, { fleet, home }: Sender): OutgoingEvent {
  const { targetId, number, phase, atMs, healthy, unhealthy } = change;
  const id = deriveId("group health", fleet, targetId, number, phase);
  const severity = phase === "raised" ? "critical" : "ok";
  const summary = sentenceOf(change);
  const about = { kind: "group", name: targetId } as const;
  const detail: GroupHealthDetail = {
    version: "1",
    id,
    fleet,
    home_region: home,
    target_id: targetId,
    state: phase,
    severity,
    reason: change.reason,
    number,
    since: toIso(change.sinceMs),
    healthy_count: healthy.length,
    total_count: healthy.length + unhealthy.length,
    min_healthy: change.minHealthy,
    healthy: healthy.slice(0, MAX_HOSTS),
    unhealthy: unhealthy.slice(0, MAX_HOSTS),
    summary,
    pagerduty: toFleetPagerDuty({ fleet, severity, summary, atMs, about }),
    slack: toSlack(summary),
  };
  const resources = [`synfleet/${fleet}`, `synfleet/${fleet}/group/${targetId}`];
  return { id, detailType: DETAIL_TYPES.groupHealth, time: atMs, resources, detail };
}

/** One line for people, e.g. `GROUP: web has 1 of 3 targets healthy, must have 2: down are a:80, b:80`. */
function sentenceOf({ targetId, phase, reason, ...group }: GroupChange): string {
  const { healthy, unhealthy, minHealthy } = group;
  const name = escapeUnprintable(targetId);
  if (reason === "no_longer_judged") return `OK: ${name} is no longer judged as a group`;
  const counts = `${healthy.length} of ${healthy.length + unhealthy.length} targets healthy`;
  if (phase === "cleared") return `OK: ${name} has ${counts} again, must have ${minHealthy}`;
  const seen = `GROUP: ${name} has ${counts}, must have ${minHealthy}`;
  return unhealthy.length === 0 ? seen : `${seen}: down are ${listOf(unhealthy)}`;
}

function listOf(hosts: readonly string[]): string {
  const shown = hosts.slice(0, SHOWN_HOSTS).map(escapeUnprintable).join(", ");
  return hosts.length > SHOWN_HOSTS ? `${shown}, and ${hosts.length - SHOWN_HOSTS} more` : shown;
}

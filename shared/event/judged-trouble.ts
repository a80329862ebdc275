import { DETAIL_TYPES } from "../contract.ts";
import type { TroubleChange, TroubleKind } from "../fleet-health/fleet-health.ts";
import { deriveId } from "../hash.ts";
import { MINUTE_MS, toIso } from "../units.ts";
import { toFleetPagerDuty } from "./fleet-pagerduty.ts";
import type { AlertContext, AlertSeverity, OutgoingEvent } from "./outgoing.ts";
import { toSlack } from "./slack.ts";

interface Sender extends Pick<AlertContext, "fleet" | "home"> {
  /** Why users are not told; null if they are. */
  readonly suppressedBy: "maintenance" | "silence" | null;
}

interface Wording {
  readonly article: string;
  readonly severity: "critical" | "warning";
  /** What is wrong with a place, which is a region or `home`. */
  readonly begins: string;
}

/** What home judges, and what the planner finds itself. */
type ToldKind = TroubleKind | "plan_refused";

/** A trouble began, or is over. */
interface ToldTrouble extends Omit<TroubleChange, "kind"> {
  readonly kind: ToldKind;
}

const WORDINGS: Readonly<Record<ToldKind, Wording>> = {
  plan_refused: {
    article: "plan-refused",
    severity: "warning",
    begins: "would drop more than half of the running tasks, so the last plan goes on",
  },
  region_missing: {
    article: "region-missing",
    severity: "warning",
    begins: "has reported nothing for three minutes: it votes on no task",
  },
  shard_missing: {
    article: "shard-missing",
    severity: "warning",
    begins: "has tasks that nobody checks there: their shard has never run",
  },
  minutes_lost: {
    article: "minutes-lost",
    severity: "warning",
    begins: "has lost three of the last fifteen minutes",
  },
  slots_missed: {
    article: "slots-missed",
    severity: "warning",
    begins: "could not start all checks in time for five minutes",
  },
  plan_stale: {
    article: "plans-stale",
    severity: "warning",
    begins: "probes by a plan that home has not renewed for ten minutes",
  },
  aggregator_behind: {
    article: "aggregator-behind",
    severity: "critical",
    begins: "judges minutes more than five minutes late",
  },
  outbox_stuck: {
    article: "outbox-stuck",
    severity: "critical",
    begins: "has alerts that were not delivered for five minutes",
  },
  dead_man: {
    article: "dead-man-not-told",
    severity: "warning",
    begins: "could not reach its dead man in ten minutes",
  },
};

/** The event that a trouble began or is over. Its id follows from the trouble's number. */
export function judgedTroubleEvent(
  change: ToldTrouble,
  { fleet, home, suppressedBy }: Sender,
): OutgoingEvent {
  const { kind, region, phase, number, atMs, sinceMs } = change;
  const id = deriveId("fleet trouble", fleet, kind, region ?? "", number, phase);
  const { article, severity: worst } = WORDINGS[kind];
  const severity: AlertSeverity = phase === "raised" ? worst : "ok";
  const summary = sentenceOf(change);
  const about = { kind: "trouble", name: [kind, region ?? "home"].join(" ") } as const;
  const detail = {
    version: "1",
    id,
    fleet,
    home_region: home,
    trouble: kind,
    ...(region !== null && { region }),
    state: phase,
    severity,
    number,
    summary,
    since: toIso(sinceMs),
    runbook: `docs/runbook.md#${article}`,
    ...(suppressedBy !== null && { suppressed_by: suppressedBy }),
    pagerduty: toFleetPagerDuty({ fleet, severity, summary, atMs, about }),
    slack: toSlack(summary),
  };
  const resources = [
    `synfleet/${fleet}`,
    ...(region === null ? [] : [`synfleet/region/${region}`]),
  ];
  return { id, detailType: DETAIL_TYPES.fleetTrouble, time: atMs, resources, detail };
}

/** What is wrong, e.g. `eu-west-1 has lost three of the last fifteen minutes`. */
export function troubleSentence({ kind, region }: Pick<ToldTrouble, "kind" | "region">): string {
  return `${region ?? "home"} ${WORDINGS[kind].begins}`;
}

/** One line for people, e.g. `TROUBLE: eu-west-1 has lost three of the last fifteen minutes`. */
function sentenceOf({ kind, region, phase, atMs, sinceMs }: ToldTrouble): string {
  if (phase === "raised") return `TROUBLE: ${troubleSentence({ kind, region })}`;
  const minutes = Math.round((atMs - sinceMs) / MINUTE_MS);
  return `OK: ${kind.replaceAll("_", " ")} of ${region ?? "home"} is over after ${minutes} min`;
}

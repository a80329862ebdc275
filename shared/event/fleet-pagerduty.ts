import { EVENT_SOURCE } from "../contract.ts";
import { deriveId } from "../hash.ts";
import { type EpochMs, type RegionName, toIso } from "../units.ts";
import type { AlertSeverity } from "./outgoing.ts";
import { cutSummary, PAGER_SEVERITIES, type PagerDutyEvent } from "./pagerduty.ts";

/** A body for PagerDuty's Events API v2 about the fleet and not about one task. */
export interface FleetPagerDutyEvent extends Pick<PagerDutyEvent, "event_action" | "dedup_key"> {
  readonly payload: Omit<PagerDutyEvent["payload"], "custom_details"> & {
    readonly custom_details: {
      readonly region: RegionName | null;
      readonly target_id: string | null;
    };
  };
}

/** What is said of one region of the fleet, of one group, of one storm, or of one trouble. */
interface FleetBrief {
  readonly fleet: string;
  readonly severity: AlertSeverity;
  readonly summary: string;
  readonly atMs: EpochMs;
  readonly about:
    | { readonly kind: "region"; readonly name: RegionName }
    | { readonly kind: "group" | "storm" | "trouble"; readonly name: string };
}

const CLASSES = {
  region: "region_impaired",
  group: "group_health",
  storm: "storm",
  trouble: "fleet_trouble",
} as const;

/** The body for an alert: `ok` resolves what the same region, group, storm or trouble triggered. */
export function toFleetPagerDuty(brief: FleetBrief): FleetPagerDutyEvent {
  const { fleet, severity, summary, atMs, about } = brief;
  return {
    event_action: severity === "ok" ? "resolve" : "trigger",
    dedup_key: `${EVENT_SOURCE}-${deriveId(fleet, about.kind, about.name)}`,
    payload: {
      summary: cutSummary(summary),
      severity: PAGER_SEVERITIES[severity],
      source: fleet,
      timestamp: toIso(atMs),
      component: about.name,
      group: fleet,
      class: CLASSES[about.kind],
      custom_details: {
        region: about.kind === "region" ? about.name : null,
        target_id: about.kind === "group" ? about.name : null,
      },
    },
  };
}

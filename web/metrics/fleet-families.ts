import type { NewestChecks } from "../../functions/history/history.ts";
import type { RawMetricTcp } from "../../shared/result/result.ts";
import type { Figures } from "../../shared/summary/summary.ts";
import type { RegionName } from "../../shared/units.ts";
import { type Family, inSeconds, type Sample, sampleOf } from "./family.ts";
import type { FleetFigures } from "./read-figures.ts";

const STANDINGS = ["running", "waiting", "disabled", "rejected"] as const;

/** Metrics of a probing region itself. */
const REGION_FAMILIES: readonly Family[] = [
  {
    name: "synfleet_region_readable",
    otel: { name: "synfleet.region.readable", unit: "1", isWhole: true },
    help: "Whether the results of the region could be read (1) or not (0).",
    samples: perRegion(({ unread }) => (unread === null ? 1 : 0)),
  },
  {
    name: "synfleet_region_last_check_timestamp_seconds",
    otel: { name: "synfleet.region.last_check", unit: "s" },
    help: "When the newest check of the region began, in Unix time.",
    samples: perRegion((newest) => greatest(newest, ({ started_at }) => Date.parse(started_at))),
  },
  {
    name: "synfleet_region_start_lag_seconds",
    otel: { name: "synfleet.region.start_lag", unit: "s" },
    help: "How long after its scheduled instant the latest of the newest checks began.",
    samples: perRegion((newest) =>
      greatest(newest, (check) => Date.parse(check.started_at) - Date.parse(check.scheduled_at)),
    ),
  },
  {
    name: "synfleet_region_stalls",
    otel: { name: "synfleet.region.stalls", unit: "{stall}", isWhole: true },
    help: "How often the probes of the region stalled in the last minutes.",
    samples: perRegion(({ stallCount }) => stallCount),
  },
  {
    name: "synfleet_region_missed_ratio",
    otel: { name: "synfleet.region.missed.ratio", unit: "1" },
    help: "The share of the checks due in the newest minutes of all tasks that was not made, 0 to 1.",
    samples: (figures) =>
      overRegions(figures, (minutes) => {
        const due = sum(minutes, ({ expectedCount }) => expectedCount);
        return due === 0 ? null : sum(minutes, ({ missedCount }) => missedCount) / due;
      }),
  },
  {
    name: "synfleet_region_impaired",
    otel: { name: "synfleet.region.impaired", unit: "1", isWhole: true },
    help: "Whether the region fails so many targets that its own network is at fault (1) or not (0).",
    samples: ({ overview }) =>
      overview.regions.map((region) => ({
        labels: { region },
        value: overview.impaired.some((one) => one.region === region) ? 1 : 0,
      })),
  },
];

/** Metrics of groups, of regions and of the fleet as a whole. */
export const FLEET_FAMILIES: readonly Family[] = [
  {
    name: "synfleet_group_targets",
    otel: { name: "synfleet.group.targets", unit: "{target}", isWhole: true },
    help: "The targets of a group.",
    samples: ({ overview }) =>
      overview.groups.map(({ targetId, healthy, unhealthy }) => ({
        labels: { group: targetId },
        value: healthy.length + unhealthy.length,
      })),
  },
  {
    name: "synfleet_group_healthy_targets",
    otel: { name: "synfleet.group.targets.healthy", unit: "{target}", isWhole: true },
    help: "The targets of a group that are healthy.",
    samples: ({ overview }) =>
      overview.groups.map(({ targetId, healthy }) => ({
        labels: { group: targetId },
        value: healthy.length,
      })),
  },
  {
    name: "synfleet_group_min_healthy_targets",
    otel: { name: "synfleet.group.targets.min_healthy", unit: "{target}", isWhole: true },
    help: "How many targets of a group must be healthy. Absent without such a limit.",
    samples: ({ overview }) =>
      overview.groups.flatMap(({ targetId, minHealthy }) =>
        sampleOf({ group: targetId }, minHealthy),
      ),
  },
  ...REGION_FAMILIES,
  {
    name: "synfleet_tasks",
    otel: { name: "synfleet.tasks", unit: "{task}", isWhole: true },
    help: "Stored tasks by standing: they run, wait for the next plan, are disabled, or are rejected.",
    samples: ({ overview }) =>
      STANDINGS.map((standing) => ({
        labels: { standing },
        value: overview.tasks.filter((task) => task.standing === standing).length,
      })),
  },
  {
    name: "synfleet_judged_timestamp_seconds",
    otel: { name: "synfleet.judged", unit: "s" },
    help: "The end of the newest minute that was judged, in Unix time.",
    samples: ({ overview }) => sampleOf({}, inSeconds(overview.judgedToMs)),
  },
  {
    name: "synfleet_build_info",
    help: "The version that writes these metrics, and the fleet; always 1.",
    samples: ({ version, overview }) => [{ labels: { version, fleet: overview.fleet }, value: 1 }],
  },
];

function perRegion(toValue: (newest: NewestChecks) => number | null): Family["samples"] {
  return ({ newest }): Sample[] =>
    newest.flatMap((one) => sampleOf({ region: one.region }, toValue(one)));
}

/** The greatest of some milliseconds, in seconds; null without a check. */
function greatest({ checks }: NewestChecks, msOf: (check: RawMetricTcp) => number): number | null {
  let greatestMs: number | null = null;
  for (const check of checks.values())
    greatestMs = Math.max(greatestMs ?? Number.NEGATIVE_INFINITY, msOf(check));
  return inSeconds(greatestMs);
}

function overRegions(
  { overview, minutes }: FleetFigures,
  toValue: (minutes: readonly Figures[]) => number | null,
): Sample[] {
  const all = [...minutes.values()];
  const of = (region: RegionName) => all.flatMap(({ regions }) => regions[region] ?? []);
  return overview.regions.flatMap((region) => sampleOf({ region }, toValue(of(region))));
}

function sum(minutes: readonly Figures[], countOf: (minute: Figures) => number): number {
  return minutes.reduce((total, minute) => total + countOf(minute), 0);
}

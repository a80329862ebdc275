import type { OverviewTask } from "../../functions/history/history.ts";
import { isCounted, type RawMetricTcp } from "../../shared/result/result.ts";
import { type Figures, isDeep, lossPercent } from "../../shared/summary/summary.ts";
import type { RegionName } from "../../shared/units.ts";
import {
  type Family,
  inSeconds,
  type Labels,
  type Sample,
  sampleOf,
  taskLabels,
} from "./family.ts";
import type { FleetFigures } from "./read-figures.ts";

/** What is known of a task in one region. */
interface Seen {
  /** Null if it is not among what was read. */
  readonly newest: RawMetricTcp | null;
  /** Of its newest minute; null without one. */
  readonly figures: Figures | null;
}

/** Metrics of a task in a region, those first that blackbox_exporter has as well. */
export const PROBE_FAMILIES: readonly Family[] = [
  {
    name: "probe_success",
    otel: { name: "tcpcheck.status", unit: "1", isWhole: true },
    help: "Whether the newest check passed (1) or failed (0).",
    samples: perRegion(({ newest, figures }) => {
      if (newest !== null) return verdictOf(newest);
      return figures === null || figures.sampleCount === 0
        ? null
        : Number(figures.failedCount === 0);
    }),
  },
  {
    name: "probe_duration_seconds",
    otel: { name: "synfleet.check.duration", unit: "s" },
    help: "How long the newest check took: DNS, connect, TLS and dialogue. Absent if it failed.",
    samples: perRegion(({ newest, figures }) =>
      inSeconds(newest === null ? averageDuration(figures) : durationOf(newest)),
    ),
  },
  {
    name: "probe_dns_lookup_time_seconds",
    otel: { name: "synfleet.dns.duration", unit: "s" },
    help: "How long the name servers took in the newest check. Absent if none was asked.",
    samples: perRegion(({ newest }) => inSeconds(newest?.dns_time_ms ?? null)),
  },
  {
    name: "synfleet_connect_time_average_seconds",
    otel: { name: "synfleet.connect.time.average", unit: "s" },
    help: "The average time from SYN to SYN-ACK of the checks that passed in the newest minute.",
    samples: perRegion(({ figures }) => inSeconds(figures?.avgConnectTimeMs ?? null)),
  },
  {
    name: "synfleet_connect_time_p95_seconds",
    otel: { name: "synfleet.connect.time.p95", unit: "s" },
    help: "The time that 95 % of these connect times do not exceed.",
    samples: perRegion(({ figures }) => inSeconds(figures?.p95ConnectTimeMs ?? null)),
  },
  {
    name: "synfleet_connect_time_min_seconds",
    otel: { name: "synfleet.connect.time.min", unit: "s" },
    help: "The least of these connect times.",
    samples: perRegion(({ figures }) => inSeconds(figures?.minConnectTimeMs ?? null)),
  },
  {
    name: "synfleet_connect_time_max_seconds",
    otel: { name: "synfleet.connect.time.max", unit: "s" },
    help: "The greatest of these connect times.",
    samples: perRegion(({ figures }) => inSeconds(figures?.maxConnectTimeMs ?? null)),
  },
  {
    name: "synfleet_checks",
    otel: { name: "synfleet.checks", unit: "{check}", isWhole: true },
    help: "Checks of the newest minute that count: passed and failed.",
    samples: perRegion(({ figures }) => figures?.sampleCount),
  },
  {
    name: "synfleet_failed_ratio",
    otel: { name: "synfleet.failed.ratio", unit: "1" },
    help: "The failed share of these checks, 0 to 1.",
    samples: perRegion(({ figures }) => ratio(figures?.failurePercent)),
  },
  {
    name: "synfleet_syn_repeated_ratio",
    otel: { name: "synfleet.syn.repeated.ratio", unit: "1" },
    help: "The share of timed checks in the newest minute whose SYN was sent again: packets are lost.",
    samples: perRegion(({ figures }) => ratio(figures === null ? null : lossPercent(figures))),
  },
  {
    name: "synfleet_failed_checks",
    help: "Failed and uncounted checks of the newest minute by error kind; kinds without one are absent.",
    samples: (figures) =>
      everyRegion(figures).flatMap(({ labels, seen }) =>
        Object.entries(seen.figures?.failuresByKind ?? {}).map(([kind, value]) => ({
          labels: { ...labels, kind },
          value,
        })),
      ),
  },
  {
    name: "synfleet_region_down",
    otel: { name: "synfleet.region.down", unit: "1", isWhole: true },
    help: "Whether the task is down as seen from the region (1) or not (0).",
    samples: ({ tasks }) =>
      tasks.flatMap((task) =>
        task.regions.map((region) => ({
          labels: { ...taskLabels(task), region },
          value: task.downRegions.includes(region) ? 1 : 0,
        })),
      ),
  },
];

function perRegion(toValue: (seen: Seen) => number | null | undefined): Family["samples"] {
  return (figures): Sample[] =>
    everyRegion(figures).flatMap(({ labels, seen }) => sampleOf(labels, toValue(seen)));
}

interface SeenRegion {
  readonly labels: Labels;
  readonly seen: Seen;
}

function everyRegion(figures: FleetFigures): SeenRegion[] {
  return figures.tasks.flatMap((task) =>
    task.regions.map((region) => ({
      labels: { ...taskLabels(task), region },
      seen: seenFrom(figures, task, region),
    })),
  );
}

function seenFrom({ newest, minutes }: FleetFigures, task: OverviewTask, region: RegionName): Seen {
  return {
    newest: newest.find((one) => one.region === region)?.checks.get(task.name) ?? null,
    figures: minutes.get(task.name)?.regions[region] ?? null,
  };
}

/** Null if the check says nothing of the target. */
function verdictOf({ success, error_kind }: RawMetricTcp): number | null {
  if (success) return 1;
  return error_kind !== null && !isCounted(error_kind) ? null : 0;
}

function durationOf({ success, ...times }: RawMetricTcp): number | null {
  const { connect_time_ms, dns_time_ms, tls_time_ms, dialogue_time_ms } = times;
  if (!success || connect_time_ms === null) return null;
  return connect_time_ms + (dns_time_ms ?? 0) + (tls_time_ms ?? 0) + (dialogue_time_ms ?? 0);
}

/** Of a task that is checked so rarely that its newest check is not looked for; without DNS. */
function averageDuration(figures: Figures | null): number | null {
  if (figures === null || figures.avgConnectTimeMs === null) return null;
  if (!isDeep(figures) || figures.deep === undefined) return figures.avgConnectTimeMs;
  const { tlsSumMs, tlsCount, dialogueSumMs, dialogueCount } = figures.deep;
  const mean = (sum: number, count: number) => (count === 0 ? 0 : sum / count);
  return figures.avgConnectTimeMs + mean(tlsSumMs, tlsCount) + mean(dialogueSumMs, dialogueCount);
}

function ratio(percent: number | null | undefined): number | null {
  return percent === null || percent === undefined ? null : percent / 100;
}

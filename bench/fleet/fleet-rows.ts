import { MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import { quantileOf, type Row, skip } from "../report.ts";
import { type Verdict, verdictRow } from "../verdict.ts";
import { cpuPerMinute, type Usage } from "./process-usage.ts";
import type { FleetWatch } from "./watch-output.ts";

/** A fleet's run as seen from outside. */
export interface Observed {
  readonly watch: FleetWatch;
  readonly usages: readonly Usage[];
}

/** Until then it loads code and plans. */
const WARM_UP_MS = 2 * MINUTE_MS;

/**
 * A heap has ups and downs of a minute or two, so what grows shows from stretch to stretch. In the
 * first one the heaps find their size.
 */
const STRETCH_MS = 5 * MINUTE_MS;
const SHORTEST_STRETCH_MS = 2 * MINUTE_MS;

function figure(what: string, value: number | string): Row {
  return { figure: what, value: typeof value === "number" ? String(value) : value };
}

function spread(values: readonly number[], digits: number): string {
  const at = (share: number) => quantileOf(values, share).toFixed(digits);
  return `${at(0.5)} / ${at(0.95)} / ${at(0.99)} / ${at(1)}`;
}

/** What it found, what it missed, how late it was. */
export function truthRows({ watch }: Observed): Row[] {
  const failures = [...watch.failures].map(([kind, count]) => `${kind} ${count}`).join(", ");
  const perMinute = Math.round(watch.summaryCount / watch.minuteCount);
  return [
    figure("results", watch.kinds.get("result") ?? 0),
    figure("failed", failures),
    figure("missed slots (0)", watch.missedCount),
    figure("duplicates (0)", watch.duplicateCount),
    figure("results that no summary counts, or the reverse (0)", watch.unaccountedCount),
    figure("minutes summarised", watch.minuteCount),
    figure("summaries a minute", perMinute),
    figure("summaries revised", watch.revisedCount),
    figure("alerts", watch.kinds.get("alert") ?? 0),
    figure("slot lag, ms: median / p95 / p99 / max", spread(watch.lagsMs, 0)),
    figure("  after the first minute", spread(watch.settledLagsMs, 0)),
    figure("connect time, ms: median / p95 / p99 / max", spread(watch.connectTimesMs, 3)),
    figure(
      "summary after its minute, s: median / p95 / p99 / max",
      spread(
        watch.summaryLagsMs.map((ms) => ms / SECOND_MS),
        1,
      ),
    ),
  ];
}

/** What it took of the machine. */
export function usageRows({ usages }: Observed): Row[] {
  const [first] = usages;
  const last = usages.at(-1);
  if (first === undefined || last === undefined) {
    skip("CPU and memory", "there is no /proc here");
    return [];
  }
  const since = usages.find(({ atMs }) => atMs >= first.atMs + WARM_UP_MS) ?? first;
  const threads = [...cpuPerMinute(since, last)].sort(([, a], [, b]) => b - a);
  const total = threads.reduce((sum, [, seconds]) => sum + seconds, 0);
  const busy = threads.filter(([, seconds]) => seconds >= 0.05);
  return [
    figure("CPU seconds a minute, all threads", total.toFixed(1)),
    ...busy.map(([name, seconds]) => figure(`  ${name}`, seconds.toFixed(1))),
    figure("RSS at most, MB, by five minutes", peaksMb(usages).map(Math.round).join(", ")),
  ];
}

/** The most that was in memory, stretch by stretch. A short rest belongs to the one before. */
function peaksMb(usages: readonly Usage[]): number[] {
  const fromMs = usages[0]?.atMs ?? 0;
  const endMs = usages.at(-1)?.atMs ?? 0;
  const last = Math.max(0, Math.floor((endMs - SHORTEST_STRETCH_MS - fromMs) / STRETCH_MS));
  const stretches = Map.groupBy(usages, ({ atMs }) =>
    Math.min(last, Math.floor((atMs - fromMs) / STRETCH_MS)),
  );
  return [...stretches.values()].map((all) => Math.max(...all.map(({ rssMb }) => rssMb)));
}

// From the second stretch to the last, where there are two.
function judgeGrowth(usages: readonly Usage[]): Verdict[] {
  const [early, ...later] = peaksMb(usages).slice(1);
  const late = later.at(-1);
  if (early === undefined || late === undefined) return [];
  const claim = "RSS of the last five minutes, of that of the second five";
  return [{ claim, measured: late / early, ...NO_MORE }];
}

/** What must hold of any run, and of a quarter of an hour besides. */
export function judgeFleet({ watch, usages }: Observed): Row[] {
  return [
    { claim: "missed slots", measured: watch.missedCount, ...NONE },
    { claim: "slots with two results", measured: watch.duplicateCount, ...NONE },
    {
      claim: "checks without a port or a descriptor",
      measured: watch.failures.get("internal") ?? 0,
      ...NONE,
    },
    ...judgeGrowth(usages),
  ].map(verdictRow);
}

const NONE = { limit: 0, bound: "at most" } as const;
const NO_MORE = { limit: 1.1, bound: "at most" } as const;

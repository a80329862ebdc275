import { type EpochMs, MINUTE_MS, SECOND_MS, startOfMinute } from "../../shared/units.ts";

/** The lines of `local/start.ts --json` that matter here, as far as they matter. */
type Line =
  | {
      readonly kind: "result";
      readonly id: string;
      readonly scheduled_at: string;
      readonly started_at: string;
      readonly connect_time_ms: number | null;
      readonly error_kind: string | null;
    }
  | {
      readonly kind: "summary";
      readonly task_name: string;
      readonly period_start: number;
      readonly period_end: number;
      readonly sample_count: number;
      readonly uncounted: number;
      readonly missed: number;
      readonly rev: number;
    }
  | { readonly kind: "alert" | "started" | "stopped" };

type ResultLine = Extract<Line, { kind: "result" }>;
type SummaryLine = Extract<Line, { kind: "summary" }>;

/** What a fleet said of itself, counted. */
export class FleetWatch {
  readonly lagsMs: number[] = [];
  /** Without the first minute, whose covers began when their first slots were over. */
  readonly settledLagsMs: number[] = [];
  readonly connectTimesMs: number[] = [];
  readonly summaryLagsMs: number[] = [];
  readonly failures = new Map<string, number>();
  readonly kinds = new Map<string, number>();
  readonly #ids = new Set<string>();
  readonly #summaries = new Map<string, SummaryLine>();
  readonly #resultsByMinute = new Map<EpochMs, number>();
  #firstScheduledMs: EpochMs | null = null;
  #duplicateCount = 0;

  take(text: string, nowMs: EpochMs): void {
    const line: Line = JSON.parse(text);
    count(this.kinds, line.kind);
    if (line.kind === "result") this.#takeResult(line);
    if (line.kind === "summary") this.#takeSummary(line, nowMs);
  }

  /** Results that came twice, and summaries that did without being a revision. */
  get duplicateCount(): number {
    return this.#duplicateCount;
  }

  get missedCount(): number {
    return sumOf(this.#summaries.values(), ({ missed }) => missed);
  }

  get minuteCount(): number {
    return new Set([...this.#summaries.values()].map(({ period_start }) => period_start)).size;
  }

  get summaryCount(): number {
    return this.#summaries.size;
  }

  get revisedCount(): number {
    return [...this.#summaries.values()].filter(({ rev }) => rev > 1).length;
  }

  /** Results of the summarised minutes that no summary counts, or that are counted and never came. */
  get unaccountedCount(): number {
    const counted = new Map<EpochMs, number>();
    for (const { period_start, sample_count, uncounted } of this.#summaries.values()) {
      const minute = period_start * SECOND_MS;
      counted.set(minute, (counted.get(minute) ?? 0) + sample_count + uncounted);
    }
    return sumOf(counted, ([minute, samples]) =>
      Math.abs((this.#resultsByMinute.get(minute) ?? 0) - samples),
    );
  }

  #takeResult(result: ResultLine): void {
    if (this.#ids.has(result.id)) this.#duplicateCount += 1;
    this.#ids.add(result.id);
    const scheduledMs = Date.parse(result.scheduled_at);
    const lagMs = Date.parse(result.started_at) - scheduledMs;
    this.#firstScheduledMs ??= scheduledMs;
    this.lagsMs.push(lagMs);
    if (scheduledMs >= this.#firstScheduledMs + MINUTE_MS) this.settledLagsMs.push(lagMs);
    if (result.connect_time_ms !== null) this.connectTimesMs.push(result.connect_time_ms);
    if (result.error_kind !== null) count(this.failures, result.error_kind);
    count(this.#resultsByMinute, startOfMinute(scheduledMs));
  }

  #takeSummary(summary: SummaryLine, nowMs: EpochMs): void {
    const key = `${summary.period_start} ${summary.task_name}`;
    const held = this.#summaries.get(key);
    if (held !== undefined && summary.rev <= held.rev) this.#duplicateCount += 1;
    this.#summaries.set(key, summary);
    if (summary.period_end - summary.period_start !== MINUTE_MS / SECOND_MS) {
      throw new Error(`A summary is not of one minute: ${JSON.stringify(summary)}`);
    }
    if (held === undefined) this.summaryLagsMs.push(nowMs - summary.period_end * SECOND_MS);
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sumOf<T>(values: Iterable<T>, figure: (value: T) => number): number {
  let sum = 0;
  for (const value of values) sum += figure(value);
  return sum;
}

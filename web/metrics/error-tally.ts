import type { FleetSources } from "../../functions/history/history.ts";
import type { Summary } from "../../shared/summary/summary.ts";
import { type DurationMs, type EpochMs, MINUTE_MS } from "../../shared/units.ts";
import type { Labels, Sample } from "./family.ts";

/** Minutes that were judged longer ago were not counted in time, and never are. */
const LONGEST_CATCH_UP_MS: DurationMs = 10 * MINUTE_MS;

/** What OpenTelemetry's receiver for TCP checks calls some of our kinds. */
const CODES: Readonly<Record<string, string>> = {
  refused: "connection_refused",
  timeout: "connection_timeout",
  unreachable: "network_unreachable",
};

/** Counts failed checks by task, region and kind from its first update on: each judged minute once. */
export class ErrorTally {
  readonly #counts = new Map<string, { readonly labels: Labels; value: number }>();
  #countedToMs: EpochMs | null = null;

  /** Reads the minutes that were judged since the last update, with one batch each. */
  async update(
    { summaries }: Pick<FleetSources, "summaries">,
    taskNames: readonly string[],
    judgedToMs: EpochMs,
  ): Promise<void> {
    const countedToMs = this.#countedToMs ?? judgedToMs;
    const fromMs = Math.max(countedToMs, judgedToMs - LONGEST_CATCH_UP_MS);
    for (let atMs = fromMs; atMs < judgedToMs; atMs += MINUTE_MS) {
      if (taskNames.length === 0) continue;
      for (const summary of await summaries.readSummaries(taskNames, atMs)) this.#add(summary);
    }
    this.#countedToMs = Math.max(countedToMs, judgedToMs);
    this.#forgetAllBut(new Set(taskNames));
  }

  samples(): readonly Sample[] {
    return [...this.#counts.values()];
  }

  #add({ taskName, host, targetId, regions }: Summary): void {
    for (const [region, { failuresByKind }] of Object.entries(regions))
      for (const [kind, count] of Object.entries(failuresByKind)) {
        const code = CODES[kind] ?? "unknown_error";
        const labels = { task: taskName, target: host, group: targetId, region, kind, code };
        const key = JSON.stringify(labels);
        const held = this.#counts.get(key);
        if (held === undefined) this.#counts.set(key, { labels, value: count });
        else held.value += count;
      }
  }

  #forgetAllBut(taskNames: ReadonlySet<string>): void {
    for (const [key, { labels }] of this.#counts)
      if (!taskNames.has(labels.task ?? "")) this.#counts.delete(key);
  }
}

import type { EpochMs } from "../../../shared/units.ts";
import { MINUTE_MS } from "../../../shared/units.ts";
import { MinuteMonitor, type MinuteRule, type RegionMinute } from "./minute-monitor.ts";
import { Pager, type Peer } from "./monitor.ts";

/** Breaching datapoints, of the last ones. */
const DATAPOINTS = { breaching: 2, of: 3 } as const;

/** How long a datapoint takes from its minute's end to the alarm. */
const EVALUATED_AFTER_MS = 10_000;

/** A datapoint is the share of the canary's runs that passed in a minute. */
class CloudWatchRule implements MinuteRule {
  readonly #pager = new Pager();
  readonly #breaching: boolean[] = Array.from({ length: DATAPOINTS.of }, () => false);

  get notes() {
    return this.#pager.notes;
  }

  get isQuiet(): boolean {
    return !this.#pager.isOpen && !this.#breaching.includes(true);
  }

  judge(startMs: EpochMs, regions: readonly (RegionMinute | undefined)[]): void {
    const passedCount = regions.reduce((sum, own) => sum + (own?.passedCount ?? 0), 0);
    const failedCount = regions.reduce((sum, own) => sum + (own?.failedCount ?? 0), 0);
    // Missing data is left out: the alarm looks at the last datapoints that there are.
    if (passedCount + failedCount === 0) return;
    this.#breaching.shift();
    this.#breaching.push(passedCount < failedCount);
    const breachingCount = this.#breaching.filter((isBreaching) => isBreaching).length;
    this.#pager.tell(
      breachingCount >= DATAPOINTS.breaching,
      startMs + MINUTE_MS + EVALUATED_AFTER_MS,
    );
  }
}

/**
 * A CloudWatch alarm on the share of successes of all places in a minute, below 50 %, with 2 of 3
 * datapoints to alarm. Source: CloudWatch user guide, "datapoints to alarm".
 */
export const CLOUDWATCH: Peer = {
  name: "CloudWatch 2 of 3",
  source: "CloudWatch user guide, datapoints to alarm",
  places: "all",
  isInStep: false,
  retryDelaysMs: [],
  start: () => new MinuteMonitor(new CloudWatchRule(), EVALUATED_AFTER_MS),
};

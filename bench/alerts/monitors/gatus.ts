import type { Peer } from "./monitor.ts";
import { StreakMonitor, streaksOf } from "./streak-monitor.ts";

/**
 * Gatus with the thresholds of its documentation: three failures in a row trigger, two successes in a
 * row resolve; one location. Source: TwiN/gatus, watchdog/alerting.go.
 */
export const GATUS: Peer = {
  name: "Gatus 3/2",
  source: "TwiN/gatus @ 08c46354, watchdog/alerting.go",
  places: "one",
  isInStep: false,
  retryDelaysMs: [],
  start: () => new StreakMonitor(streaksOf(1, 3, 2), (downCount) => downCount > 0),
};

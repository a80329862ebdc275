import type { Peer } from "./monitor.ts";
import { StreakMonitor, streaksOf } from "./streak-monitor.ts";

/**
 * Uptime Kuma as a new monitor is: no retries, so the first failed beat is DOWN and tells it, and the
 * next that passes is UP; one location. Source: louislam/uptime-kuma, server/model/monitor.js.
 */
export const UPTIME_KUMA: Peer = {
  name: "Uptime Kuma",
  source: "louislam/uptime-kuma @ 6398a958, server/model/monitor.js",
  places: "one",
  isInStep: false,
  retryDelaysMs: [],
  start: () => new StreakMonitor(streaksOf(1, 1, 1), (downCount) => downCount > 0),
};

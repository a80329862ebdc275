export { clockMetrics } from "./clock-metrics.ts";
export { ClockWatch } from "./clock-watch.ts";
export { LateClockWatch } from "./late-clock-watch.ts";

export { FLUSH_GRACE_MS } from "./flush-results.ts";
export type { ScheduledCheck } from "./list-scheduled.ts";
export { LONGEST_RUN_MS, runLease } from "./run-lease.ts";
export { runSlots } from "./run-slots.ts";
export { RunTally } from "./tally-run.ts";
export { coldState, type WarmState } from "./warm-state.ts";

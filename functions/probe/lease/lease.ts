export { FLUSH_GRACE_MS } from "./flush-results.ts";
export type { Due } from "./list-scheduled.ts";
export { coverMinute, LONGEST_RUN_MS } from "./run-lease.ts";
export { runSlots } from "./run-slots.ts";
export { RunTally } from "./tally-run.ts";
export { coldState, type WarmState } from "./warm-state.ts";

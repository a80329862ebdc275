export { FLUSH_GRACE_MS } from "./flush-results.ts";
export { LONGEST_RUN_MS, runLease } from "./run-lease.ts";
export { runSlots } from "./run-slots.ts";
export { coldState, type ProbeServices } from "./services.ts";

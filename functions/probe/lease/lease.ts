export { answerRequest } from "./answer-request.ts";
export { FLUSH_GRACE_MS } from "./flush-results.ts";
export { RegionMemory } from "./region-memory.ts";
export { LONGEST_RUN_MS } from "./run-checks.ts";
export { runLease } from "./run-lease.ts";
export { runSlots } from "./run-slots.ts";
export type { ScheduledCheck } from "./scheduled-check.ts";
export { coldState, type ProbeServices } from "./services.ts";
export { HealthWatch } from "./watch-health.ts";

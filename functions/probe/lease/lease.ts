export { answerRequest } from "./answer-request.ts";
export { FLUSH_GRACE_MS } from "./flush-results.ts";
export { LONGEST_RUN_MS } from "./run-checks.ts";
export { runLease } from "./run-lease.ts";
export { runSlots } from "./run-slots.ts";
export { coldState, type ProbeServices } from "./services.ts";

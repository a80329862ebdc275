export { type Arrival, ByteChannel } from "./byte-channel.ts";
export { PhaseLimits } from "./phase-limits.ts";
export { factsOf } from "./session-facts.ts";
export type { PhaseFailure, Session } from "./session-type.ts";
export { withoutSecrets } from "./without-secrets.ts";

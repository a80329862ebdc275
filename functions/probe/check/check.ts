export { CLOSE_AT_ONCE } from "./close-at-once.ts";
export { KnownAddresses } from "./known-addresses.ts";
export { NO_LIMITS } from "./no-limits.ts";
export type {
  CheckInput,
  CheckListener,
  CheckObserver,
  CheckServices,
  HeldCheck,
  Holder,
  HoldListener,
  Network,
} from "./services.ts";
export { checkTarget, startCheck } from "./start-check.ts";
export { startInLayers } from "./start-in-layers.ts";

export { createPhaseProber } from "./run-phases.ts";

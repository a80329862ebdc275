export { knownEnd } from "./certificate-end.ts";
export { closeState, retainRegions } from "./close-state.ts";
export { isIncidentInReach } from "./in-reach.ts";
export { judgeSamples, judgeWindow } from "./judge-window.ts";
export type {
  AdvisoryReason,
  AdvisoryTransition,
  CertificateTransition,
  DecidingSample,
  Incident,
  Judgement,
  RegionHealth,
  RegionVote,
  Rule,
  StateReason,
  StateTransition,
  TaskState,
  TaskStatus,
  Track,
  Transition,
  Vote,
} from "./model.ts";
export { nextAsk } from "./next-ask.ts";
export {
  advanceHealth,
  failuresToTurn,
  type HealthPolicy,
  type HealthRule,
  type HealthSample,
} from "./region-health.ts";
export { isHealthy } from "./status.ts";
export { fromStoredState, type StoredState, toStoredState } from "./stored-state.ts";
export { takeBackState } from "./take-back.ts";
export { INITIAL_HEALTH, INITIAL_STATE } from "./task-state.ts";
export { countVotes } from "./votes.ts";

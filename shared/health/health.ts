export { closeState, retainRegions } from "./close-state.ts";
export { judgeWindow } from "./judge-window.ts";
export type {
  AdvisoryReason,
  AdvisoryTransition,
  Judgement,
  RegionHealth,
  RegionVote,
  Rule,
  StateReason,
  StateTransition,
  TaskState,
  TaskStatus,
  Transition,
  Vote,
} from "./model.ts";
export { advanceByCheck, type HealthCheck, type HealthThresholds } from "./region-health.ts";
export { fromStoredState, type StoredState, toStoredState } from "./stored-state.ts";
export { takeBackState } from "./take-back.ts";
export { INITIAL_HEALTH, INITIAL_STATE } from "./task-state.ts";
export { countVotes } from "./votes.ts";

export {
  type FleetState,
  type GroupLack,
  INITIAL_FLEET,
  impairedRegions,
  type RegionImpairment,
  takeBackFleet,
} from "./fleet-state.ts";
export {
  type GroupChange,
  type GroupMember,
  type GroupTargets,
  type GroupTask,
  groupTargets,
  type JudgedGroup,
  judgeGroups,
  membersByGroup,
} from "./group-health.ts";
export {
  judgeTroubles,
  type OpenTrouble,
  openTroubles,
  type TroubleChange,
  type TroubleKind,
  type TroubleSign,
  troublesNow,
  wasBad,
} from "./judge-troubles.ts";
export { judgeRegions, type RegionChange, type RegionCount } from "./sick-regions.ts";
export { parseFleetState, printFleetState } from "./stored-fleet.ts";

export {
  nextPlanStatus,
  nextTaskStatus,
  PLAN_STATUS_NAME,
  type PlanFinding,
  type PlanMoment,
  type Rejection,
  type TaskStatusItem,
} from "./next-status.ts";

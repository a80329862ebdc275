export {
  EXPLAINED_MS,
  type Explained,
  type ExplainedChange,
  explainBy,
  type FoundTask,
} from "./explain-task.ts";
export { type MinuteQuery, readMinutes } from "./read-minutes.ts";
export {
  type ReplayedIncident,
  type ReplayedTask,
  type ReplayStep,
  replayTask,
  type TaskMinute,
} from "./replay-task.ts";

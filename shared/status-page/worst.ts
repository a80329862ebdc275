import type { StatusState, StatusTask } from "./model.ts";

/** From the worst to the best. */
const ORDER: readonly StatusState[] = [
  "down",
  "no_data",
  "degraded",
  "maintenance",
  "unknown",
  "up",
];

/** The worst state of some tasks; `unknown` if there are none. */
export function worstOf(tasks: readonly Pick<StatusTask, "state">[]): StatusState {
  return ORDER.find((state) => tasks.some((task) => task.state === state)) ?? "unknown";
}

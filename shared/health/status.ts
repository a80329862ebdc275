import type { Rule, TaskState, TaskStatus } from "./model.ts";

/** The status that follows from what is open, and the rule that holds it: no data hides the rest. */
export function statusOf({
  incident,
  warning,
  silence,
}: Pick<TaskState, "incident" | "warning" | "silence">): {
  readonly status: TaskStatus;
  readonly rule: Rule | null;
} {
  if (silence.openedAtMs !== null) return { status: "NO_DATA", rule: "no_data" };
  if (incident.openedAtMs !== null) return { status: "CRITICAL", rule: "down" };
  if (warning.openedAtMs === null) return { status: "OK", rule: null };
  const status = warning.severity === "critical" ? "CRITICAL" : "WARNING";
  return { status, rule: warning.rule };
}

/** Whether a task's target answers, as far as is known: no incident is open, and it has data. */
export function isHealthy({ incident, silence }: Pick<TaskState, "incident" | "silence">): boolean {
  return incident.openedAtMs === null && silence.openedAtMs === null;
}

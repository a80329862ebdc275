import type { StatusName, TaskRow } from "../../records/records.ts";

/** How a task looks on the page: its status, or why it has none. The worst first. */
export const LOOKS = [
  "down",
  "silent",
  "warning",
  "rejected",
  "waiting",
  "disabled",
  "fine",
] as const;

/** One of `LOOKS`. */
export type Look = (typeof LOOKS)[number];

const LOOK_OF: Readonly<Record<StatusName, Look>> = {
  CRITICAL: "down",
  WARNING: "warning",
  NO_DATA: "silent",
  OK: "fine",
};

/** How a status looks. */
function lookOfStatus(status: string | null): Look {
  return LOOK_OF[status as StatusName] ?? "waiting";
}

/** How a task looks. */
export function lookOf({ standing, status }: Pick<TaskRow, "standing" | "status">): Look {
  if (standing === "running") return lookOfStatus(status);
  return standing;
}

const WORDS: Readonly<Record<Look, string>> = {
  down: "Down",
  silent: "No data",
  warning: "Warning",
  rejected: "Rejected",
  waiting: "Waiting",
  disabled: "Off",
  fine: "Fine",
};

/** The word of a look. */
export function wordOf(look: Look): string {
  return WORDS[look];
}

/** Whether a task's alerts are held by maintenance, so that its state is expected. */
export function isMaintained({ held }: Pick<TaskRow, "held">): boolean {
  return held.some(({ kind }) => kind === "maintenance");
}

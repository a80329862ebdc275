import type { HeldRecord, TaskRow } from "../../records/records.ts";

/** What holds the alerts of every one of some tasks. */
export function sharedHeld(tasks: readonly Pick<TaskRow, "held">[]): readonly HeldRecord[] {
  const [first, ...others] = tasks;
  return (first?.held ?? []).filter(({ id }) =>
    others.every(({ held }) => held.some((one) => one.id === id)),
  );
}

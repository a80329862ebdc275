import { isDeepStrictEqual } from "node:util";
import type { TaskStatusItem } from "../../shared/status/status.ts";
import type { TaskStatusRecord, TaskStatusStore } from "../ports/task-status-store.ts";

/**
 * Makes the stored status the next one, where it differs. Returns what is stored then; null where
 * nothing is, or where another run was faster, which then also sees to its events.
 */
export async function keepStatus(
  statuses: TaskStatusStore,
  held: TaskStatusRecord | null,
  next: TaskStatusItem | null,
): Promise<TaskStatusRecord | null> {
  if (next === null) {
    if (held !== null) await statuses.deleteStatus(held);
    return null;
  }
  if (held !== null && isSame(held, next)) return held;
  const record = { ...next, version: (held?.version ?? 0) + 1 };
  return (await statuses.putStatus(record)) === "stored" ? record : null;
}

function isSame(held: TaskStatusRecord, next: TaskStatusItem): boolean {
  return isDeepStrictEqual(held, { ...next, version: held.version });
}

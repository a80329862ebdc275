import { NO_MEMORY, parseAlertingMemory } from "../../../shared/alerting/alerting.ts";
import {
  fromStoredState,
  type StoredState,
  type TaskState,
  toStoredState,
} from "../../../shared/health/health.ts";
import type { TaskRecord } from "../../ports/state-store.ts";
import { decodeOwed, encodeOwed } from "./owed-events.ts";
import { readInteger, readList, readMap, readNumber, readText, storedItem } from "./stored-item.ts";

/** A record's stored attributes. `state` is JSON; `status` is for people who read the table. */
export function encodeRecord(record: TaskRecord) {
  const { task, version, state, alerting = NO_MEMORY, goneSinceMs } = record;
  return {
    version,
    host: task.host,
    target_id: task.targetId,
    tags: task.tags,
    status: state.status,
    state: JSON.stringify(toStoredState(state)),
    ...(Object.keys(alerting).length > 0 && { alerting: JSON.stringify(alerting) }),
    owed: encodeOwed(record),
    ...(goneSinceMs !== null && { gone_since_ms: goneSinceMs }),
  };
}

/**
 * Reads a record's stored attributes; throws if they are damaged. `lost` says of each event that can't
 * be read why.
 */
export function decodeRecord(stored: unknown): { record: TaskRecord; lost: readonly string[] } {
  const item = storedItem("task record", stored);
  const { target_id: targetId, gone_since_ms: goneSinceMs, alerting } = item.fields;
  const { lost, ...owed } = decodeOwed(readList(item, "owed"));
  const record = {
    task: {
      name: readText(item, "sk"),
      host: readText(item, "host"),
      targetId: typeof targetId === "string" ? targetId : null,
      tags: readMap(item, "tags") as Readonly<Record<string, string>>,
    },
    version: readInteger(item, "version"),
    state: decodeState(JSON.parse(readText(item, "state"))),
    ...(alerting !== undefined && { alerting: parseAlertingMemory(readText(item, "alerting")) }),
    ...owed,
    goneSinceMs: typeof goneSinceMs === "number" ? goneSinceMs : null,
  };
  return { record, lost };
}

function decodeState(stored: unknown): TaskState {
  const item = storedItem("task state", stored);
  readMap(item, "regions");
  readText(item, "status");
  readNumber(item, "sequence");
  return fromStoredState(stored as StoredState);
}

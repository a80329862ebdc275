import type { DetailType } from "../../../shared/contract.ts";
import type { OutgoingEvent } from "../../../shared/event/event.ts";
import {
  fromStoredState,
  type StoredState,
  type TaskState,
  toStoredState,
} from "../../../shared/health/health.ts";
import type { Progress, TaskRecord } from "../../ports/alert-store.ts";

type Stored = Readonly<Record<string, unknown>>;

/** An event's attributes. `detail` is the very text that is sent. */
export function encodeEvent(event: OutgoingEvent) {
  return {
    id: event.id,
    detail_type: event.detailType,
    time_ms: event.time,
    resources: [...event.resources],
    detail: JSON.stringify(event.detail),
  };
}

export function decodeEvent(item: Stored): OutgoingEvent {
  return {
    id: readText(item, "id"),
    detailType: readText(item, "detail_type") as DetailType,
    time: readNumber(item, "time_ms"),
    resources: readList(item, "resources").map(String),
    detail: JSON.parse(readText(item, "detail")),
  };
}

/** A record's attributes, beside its key and expiry. `state` is JSON; `status` is for the console. */
export function encodeRecord({ task, version, state, owed, goneSinceMs }: TaskRecord) {
  return {
    version,
    host: task.host,
    target_id: task.targetId,
    tags: task.tags,
    status: state.status,
    state: JSON.stringify(toStoredState(state)),
    owed: owed.map(encodeEvent),
    gone_since_ms: goneSinceMs,
  };
}

export function decodeRecord(item: Stored): TaskRecord {
  return {
    task: {
      name: readText(item, "sk"),
      host: readText(item, "host"),
      targetId: typeof item.target_id === "string" ? item.target_id : null,
      tags: readMap(item, "tags") as Readonly<Record<string, string>>,
    },
    version: readNumber(item, "version"),
    state: decodeState(JSON.parse(readText(item, "state"))),
    owed: readList(item, "owed").map((event) => decodeEvent(event as Stored)),
    goneSinceMs: typeof item.gone_since_ms === "number" ? item.gone_since_ms : null,
  };
}

function decodeState(stored: Stored): TaskState {
  readMap(stored, "regions");
  readText(stored, "status");
  readNumber(stored, "sequence");
  return fromStoredState(stored as unknown as StoredState);
}

/** The progress item's attributes, beside its key. */
export function encodeProgress(progress: Progress) {
  return {
    watermark_ms: progress.watermarkMs,
    open_windows: progress.openWindows.map(({ startMs, regions }) => ({
      start_ms: startMs,
      regions,
    })),
  };
}

export function decodeProgress(item: Stored): Progress {
  return {
    watermarkMs: readNumber(item, "watermark_ms"),
    openWindows: readList(item, "open_windows").map((open) => ({
      startMs: readNumber(open as Stored, "start_ms"),
      regions: Object.fromEntries(
        Object.entries(readMap(open as Stored, "regions")).map(([name, count]) => [
          name,
          typeof count === "number" ? count : null,
        ]),
      ),
    })),
  };
}

function readText(item: Stored, field: string): string {
  const value = item[field];
  if (typeof value !== "string") throw damaged(field);
  return value;
}

function readNumber(item: Stored, field: string): number {
  const value = item[field];
  if (typeof value !== "number") throw damaged(field);
  return value;
}

function readList(item: Stored, field: string): readonly unknown[] {
  const value = item[field];
  if (!Array.isArray(value)) throw damaged(field);
  return value;
}

function readMap(item: Stored, field: string): Stored {
  const value = item[field];
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw damaged(field);
  return value as Stored;
}

function damaged(field: string): Error {
  return new Error(`Stored alert item is damaged: ${field}`);
}

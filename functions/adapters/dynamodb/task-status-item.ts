import { toIso } from "../../../shared/units.ts";
import type { TaskStatusRecord } from "../../ports/task-status-store.ts";
import { decodeEvent, encodeEvent } from "./alert-item.ts";

type Stored = Readonly<Record<string, unknown>>;

const STATUSES: readonly TaskStatusRecord["status"][] = ["rejected", "refused", "warning", "ok"];

/** A status as its owner reads it in the console. */
export function encodeStatus(record: TaskStatusRecord) {
  return {
    name: record.name,
    status: record.status,
    problems: [...record.problems],
    regions: [...record.regions],
    running_last_good: record.runningLastGood,
    since: toIso(record.sinceMs),
    owed: record.owed.map(encodeEvent),
    version: record.version,
  };
}

/** Reads a status item; throws on one that this code could not have written. */
export function decodeStatus(item: Stored): TaskStatusRecord {
  const { name, version } = item;
  const status = readStatus(item);
  const sinceMs = typeof item.since === "string" ? Date.parse(item.since) : Number.NaN;
  if (typeof name !== "string" || typeof version !== "number" || status === undefined) {
    throw new Error(`Status of ${JSON.stringify(name)} is damaged`);
  }
  if (Number.isNaN(sinceMs)) throw new Error(`Status of "${name}" is damaged: since`);
  return {
    name,
    status,
    problems: readTexts(item.problems),
    regions: readTexts(item.regions),
    runningLastGood: item.running_last_good === true,
    sinceMs,
    owed: readList(item.owed).map((event) => decodeEvent(event as Stored)),
    version,
  };
}

/** Undefined if there is none. What a new one means, and what it owes, only a newer version knows. */
function readStatus({ name, status }: Stored): TaskStatusRecord["status"] | undefined {
  const known = STATUSES.find((one) => one === status);
  if (known === undefined && typeof status === "string") {
    const words = `is ${JSON.stringify(status)}, which this version does not know`;
    throw new Error(`Status of ${JSON.stringify(name)} ${words}`);
  }
  return known;
}

function readTexts(value: unknown): string[] {
  return readList(value).map(String);
}

function readList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

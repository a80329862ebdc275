import { findWrongField } from "../../../shared/plan/plan.ts";
import type { AskedCheck } from "../../../shared/request/request.ts";
import { lackingNeeds, needsOfDeep, type Task } from "../../../shared/task/task.ts";
import { type DurationMs, MINUTE_MS } from "../../../shared/units.ts";

/** More than a parsed task can have. */
const MOST_BYTES = 64 * 1_024;
const LONGEST_ID = 64;
const LONGEST_HOSTNAME = 253;
const LAST_PORT = 65_535;
const LONGEST_TIMEOUT_MS: DurationMs = MINUTE_MS;

/**
 * Reads what is beside `check` in an event. It comes from outside, so that more is looked at than in a
 * bundle; what a task may ask of an address is decided by the check itself. Throws a sentence.
 */
export function readAskedCheck(check: unknown): AskedCheck {
  const { id, task }: { readonly id?: unknown; readonly task?: unknown } = Object(check);
  if (typeof id !== "string" || id === "" || id.length > LONGEST_ID)
    throw new Error(`The check's id must be a text of 1 to ${LONGEST_ID} characters`);
  const byteCount = Buffer.byteLength(JSON.stringify(task) ?? "");
  if (byteCount > MOST_BYTES) throw new Error(`The task must have at most ${MOST_BYTES} bytes`);
  const field = findWrongField(task);
  if (field !== null) throw new Error(`The task has a wrong ${field}`);
  refuse(task as Task);
  return { id, task: task as Task };
}

function refuse(task: Task): void {
  const lacking = lackingNeeds(task);
  if (lacking.length > 0)
    throw new Error(`This version of the probe lacks ${lacking.join(", ")}: deploy a newer one`);
  if (!task.enabled) throw new Error("The task is disabled");
  const { target, timeoutMs } = task;
  const wrong = [
    ...(isSame(task.needs, needsOfDeep(task).needs) ? [] : ["needs"]),
    ...(target.port >= 1 && target.port <= LAST_PORT ? [] : ["port"]),
    ...(target.hostname !== "" && target.hostname.length <= LONGEST_HOSTNAME ? [] : ["hostname"]),
    ...(timeoutMs <= LONGEST_TIMEOUT_MS ? [] : ["timeoutMs"]),
  ];
  if (wrong.length > 0) throw new Error(`The task has a wrong ${wrong.join(", ")}`);
}

/** A task that asks for more than it says would be checked as another one. */
function isSame(needs: readonly string[] = [], wanted: readonly string[] = []): boolean {
  return needs.join() === wanted.join();
}

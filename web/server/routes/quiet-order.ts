import type { Order } from "../../../functions/operate/operate.ts";
import type { Scope } from "../../../shared/alerting/settings/settings.ts";
import { DAY_MS, type DurationMs, type EpochMs, MINUTE_MS } from "../../../shared/units.ts";
import { HttpProblem } from "../http/problem.ts";

const FIELDS = ["scope", "durationMs", "reason", "by"];

const LEAST_MS: DurationMs = MINUTE_MS;
const MOST_MS: DurationMs = 90 * DAY_MS;
const MOST_CHARACTERS = 500;

/** Reads what a page wants to hold; throws HttpProblem with the field that is wrong. */
export function readOrder(
  kind: Order["kind"],
  body: Readonly<Record<string, unknown>>,
  nowMs: EpochMs,
): Order {
  const unknown = Object.keys(body).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined) {
    throw wrong(unknown, `${JSON.stringify(unknown)} is no field; they are ${FIELDS.join(", ")}`);
  }
  const durationMs = readDuration(body.durationMs);
  return {
    kind,
    scope: readScope(body.scope),
    untilMs: durationMs === null ? null : nowMs + durationMs,
    reason: readText(body, "reason"),
    by: readText(body, "by"),
  };
}

function readScope(value: unknown): Scope {
  const { kind, name, id } = Object(value) as Readonly<Record<string, unknown>>;
  if (kind === "fleet") return { kind };
  if (kind === "task" && typeof name === "string" && name !== "") return { kind, name };
  if (kind === "target" && typeof id === "string" && id !== "") return { kind, id };
  throw wrong("scope", "scope must be a task with its name, a target with its id, or the fleet");
}

function readDuration(value: unknown): DurationMs | null {
  if (value === null || value === undefined) return null;
  if (Number.isInteger(value) && Number(value) >= LEAST_MS && Number(value) <= MOST_MS)
    return Number(value);
  throw wrong("durationMs", "durationMs must be a minute to 90 days in milliseconds, or null");
}

function readText(body: Readonly<Record<string, unknown>>, field: "reason" | "by"): string {
  const value = body[field];
  const text = typeof value === "string" ? value.trim() : "";
  if (text !== "" && text.length <= MOST_CHARACTERS) return text;
  throw wrong(field, `${field} must be a text of 1 to ${MOST_CHARACTERS} characters`);
}

function wrong(field: string, sentence: string): HttpProblem {
  return new HttpProblem(400, sentence, { field });
}

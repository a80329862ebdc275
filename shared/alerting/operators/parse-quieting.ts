import {
  type InputTable,
  readLabel,
  refuse,
  refuseUnknown,
  requireField,
} from "../../input/input.ts";
import { DAY_MS, type DurationMs, toIso } from "../../units.ts";
import { printScope, readScope, SCOPE_FIELDS } from "../settings/settings.ts";
import { readInstant } from "./parse-time.ts";
import type { Quieting } from "./quieting.ts";

const FIELDS = [...SCOPE_FIELDS, "by", "reason", "created_at", "from", "until"];

/** The longest silence. What nobody wants to hear of for longer is a task to be disabled. */
export const LONGEST_SILENCE_MS: DurationMs = 90 * DAY_MS;

/** Reads a silence or an acknowledgement in the user's field names. */
export function readQuieting(
  item: InputTable,
  { id, kind }: Pick<Quieting, "id" | "kind">,
): Quieting | undefined {
  for (const name of ["by", "reason", "from"]) requireField(item, name);
  if (kind === "silence") requireField(item, "until");
  const scope = readScope(item);
  const by = readLabel(item, "by");
  const reason = readLabel(item, "reason");
  const fromMs = readInstant(item, "from");
  const untilMs = readInstant(item, "until") ?? null;
  const createdAtMs = readInstant(item, "created_at") ?? fromMs;
  refuseUnknown(item, FIELDS, kind === "silence" ? "a silence" : "an acknowledgement");
  if (fromMs === undefined || createdAtMs === undefined) return undefined;
  if (untilMs !== null && untilMs - fromMs > LONGEST_SILENCE_MS) {
    return refuse(item, "until", `must be at most ${LONGEST_SILENCE_MS / DAY_MS} days after from`);
  }
  if (scope === undefined || by === undefined || reason === undefined) return undefined;
  return { id, kind, scope, by, reason, createdAtMs, fromMs, untilMs };
}

/** A silence or an acknowledgement in the user's field names: `readQuieting` gives the same one again. */
export function printQuieting(quieting: Quieting): Record<string, unknown> {
  const { scope, by, reason, createdAtMs, fromMs, untilMs } = quieting;
  return {
    ...printScope(scope),
    by,
    reason,
    created_at: toIso(createdAtMs),
    from: toIso(fromMs),
    ...(untilMs !== null && { until: toIso(untilMs) }),
  };
}

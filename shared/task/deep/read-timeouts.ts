import { type InputTable, omitUndefined, readNumber } from "../../input/input.ts";
import { type DurationMs, SECOND_MS } from "../../units.ts";
import type { PhaseTimeouts } from "./deep-check.ts";

/** The limit of each phase by its user's name. */
export const TIMEOUT_FIELDS = {
  connectMs: "connect_timeout_seconds",
  tlsMs: "tls_timeout_seconds",
  dialogueMs: "dialogue_timeout_seconds",
  readMs: "read_timeout_seconds",
} as const satisfies Readonly<Record<keyof PhaseTimeouts, string>>;

const LEAST_SECONDS = 0.1;
const MOST_SECONDS = 60;

/** Reads the limits of single phases, which are within the task's timeout. */
export function readTimeouts(
  item: InputTable,
  timeoutMs: DurationMs | undefined,
): PhaseTimeouts | undefined {
  const most = timeoutMs === undefined ? MOST_SECONDS : timeoutMs / SECOND_MS;
  const read = (name: string) => {
    const seconds = readNumber(item, name, [LEAST_SECONDS, most]);
    return seconds === undefined ? undefined : Math.round(seconds * SECOND_MS);
  };
  const timeouts = omitUndefined({
    connectMs: read(TIMEOUT_FIELDS.connectMs),
    tlsMs: read(TIMEOUT_FIELDS.tlsMs),
    dialogueMs: read(TIMEOUT_FIELDS.dialogueMs),
    readMs: read(TIMEOUT_FIELDS.readMs),
  });
  return Object.keys(timeouts).length === 0 ? undefined : timeouts;
}

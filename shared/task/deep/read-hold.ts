import {
  type InputTable,
  isFields,
  ownField,
  readFlag,
  readWhole,
  refuse,
  refuseUnknown,
} from "../../input/input.ts";
import { type DurationMs, HOUR_MS, SECOND_MS } from "../../units.ts";
import type { DialogueStep, HoldSettings, Keepalive } from "./deep-check.ts";
import { readStepKind, readSteps, type StepKind, type StepSource } from "./read-steps.ts";

/** How often a connection is kept alive unless a task says otherwise. */
export const USUAL_KEEPALIVE_SECONDS = 30;

const MOST_SECONDS = HOUR_MS / SECOND_MS;

const GOODBYE_KINDS: readonly StepKind[] = ["send", "send_hex", "expect", "expect_hex", "reject"];
const KEEPALIVE_KINDS: readonly StepKind[] = ["send", "send_hex", "expect", "expect_hex"];
const TCP_RULE = 'must be "tcp", or a table with send, expect or tcp = true';

/** Reads how long a connection is held, at most until the next check is due. */
export function readHold(
  item: InputTable,
  source: StepSource,
  scheduleMs: DurationMs | undefined,
): HoldSettings | undefined {
  const most = Math.min(MOST_SECONDS, (scheduleMs ?? HOUR_MS) / SECOND_MS);
  const seconds = readWhole(item, "hold_seconds", [1, most]);
  const keepalive = readKeepalive(item, { ...source, labels: new Set(source.labels) });
  const goodbye = readSteps(item, "goodbye", source, { kinds: GOODBYE_KINDS, hasPhases: false });
  if (ownField(item.fields, "hold_seconds") === undefined) {
    for (const name of ["keepalive", "goodbye"]) {
      if (ownField(item.fields, name) === undefined) continue;
      refuse(item, name, "goes only with hold_seconds");
    }
  }
  if (seconds === undefined) return undefined;
  return {
    holdMs: seconds * SECOND_MS,
    ...(keepalive !== undefined && { keepalive }),
    ...(goodbye !== undefined && { goodbye }),
  };
}

function readKeepalive(item: InputTable, source: StepSource): Keepalive | undefined {
  const value = ownField(item.fields, "keepalive");
  if (value === undefined) return undefined;
  if (value === "tcp") return { everyMs: USUAL_KEEPALIVE_SECONDS * SECOND_MS };
  if (!isFields(value)) return refuse(item, "keepalive", TCP_RULE);
  const table = { fields: value, path: `${item.path}keepalive.`, report: item.report };
  refuseUnknown(table, [...KEEPALIVE_KINDS, "tcp", "every_seconds"], "keepalive");
  const seconds = readWhole(table, "every_seconds", [1, MOST_SECONDS]) ?? USUAL_KEEPALIVE_SECONDS;
  const everyMs = seconds * SECOND_MS;
  const isTcp = readFlag(table, "tcp") ?? false;
  const given = KEEPALIVE_KINDS.filter((kind) => ownField(value, kind) !== undefined);
  if (isTcp === given.length > 0) return refuse(item, "keepalive", TCP_RULE);
  return isTcp ? { everyMs } : { everyMs, steps: readKeepaliveSteps(table, given, source) };
}

/** What is sent comes before what is expected. */
function readKeepaliveSteps(
  table: InputTable,
  given: readonly StepKind[],
  source: StepSource,
): readonly DialogueStep[] {
  for (const way of ["send", "expect"]) {
    const both = given.filter((kind) => kind.startsWith(way));
    if (both.length > 1) table.report(`${table.path}${both.join(", ")}`, "exclude each other");
  }
  return given.flatMap((kind) => readStepKind(table, kind, source) ?? []);
}

import { type InputTable, ownField, readChoice, readWhole, refuse } from "../../input/input.ts";
import { type DeepCheck, type Dialogue, type DialogueStep, GREETINGS } from "./deep-check.ts";
import { readMark } from "./read-bytes.ts";
import { readSteps, STEP_KINDS, type StepSource } from "./read-steps.ts";

/** The reconnects of a task that sets none. */
export const USUAL_RECONNECTS = 3;
const MOST_RECONNECTS = 10;

/** Reads what is said on an open connection, and what sends a client elsewhere. */
export function readTalk(
  item: InputTable,
  source: StepSource,
): Pick<DeepCheck, "greeting" | "dialogue"> {
  const greeting = readChoice(item, "greeting", GREETINGS);
  const steps = readSteps(item, "dialogue", source, { kinds: STEP_KINDS, hasPhases: true });
  const reconnects = readReconnects(item);
  if (steps !== undefined) refuseSecondStart(item, steps);
  const hasDialogue = steps !== undefined || reconnects.reconnectOnHex !== undefined;
  return {
    ...(greeting !== undefined && { greeting }),
    ...(hasDialogue && { dialogue: { steps: steps ?? [], ...reconnects } }),
  };
}

function readReconnects(item: InputTable): Omit<Dialogue, "steps"> {
  const reconnectOnHex = readMark(item, "reconnect_on");
  const given = readWhole(item, "max_reconnects", [1, MOST_RECONNECTS]);
  const isSet = (name: string) => ownField(item.fields, name) !== undefined;
  if (!isSet("reconnect_on")) {
    if (isSet("max_reconnects")) refuse(item, "max_reconnects", "goes only with reconnect_on");
    return {};
  }
  if (!isSet("dialogue") && !isSet("greeting")) {
    refuse(item, "reconnect_on", "goes only with a dialogue or a greeting");
  }
  if (reconnectOnHex === undefined) return {};
  return { reconnectOnHex, maxReconnects: given ?? USUAL_RECONNECTS };
}

function refuseSecondStart(item: InputTable, steps: readonly DialogueStep[]): void {
  const starts = steps.flatMap(({ kind }, i) => (kind === "starttls" ? [i] : []));
  for (const i of starts.slice(1)) {
    item.report(`${item.path}dialogue[${i}].starttls`, "starts TLS again");
  }
}

import type { Dialogue, Greeting } from "../../../../shared/task/task.ts";
import type { DurationMs } from "../../../../shared/units.ts";
import type { PhaseFailure, Session } from "../session/session.ts";
import { Conversation } from "./conversation.ts";
import { runSteps } from "./run-steps.ts";

/** Waits for the greeting of a protocol, and says what it asks for, until the instant `endMs`. */
export async function runGreeting(
  _session: Session,
  greeting: Greeting,
  _endMs: DurationMs,
): Promise<PhaseFailure | null> {
  throw new Error(`${greeting} is not known`);
}

/** Goes through the steps of a dialogue until the instant `endMs`. */
export async function runDialogue(
  session: Session,
  { steps }: Dialogue,
  endMs: DurationMs,
): Promise<PhaseFailure | null> {
  return await runSteps(new Conversation(session, endMs), steps);
}

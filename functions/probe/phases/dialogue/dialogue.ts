import type { Dialogue, Greeting } from "../../../../shared/task/task.ts";
import type { DurationMs } from "../../../../shared/units.ts";
import type { PhaseFailure, Session } from "../session/session.ts";
import { Conversation } from "./conversation.ts";
import { greet } from "./greet.ts";
import { runSteps } from "./run-steps.ts";

export { sayGoodbye } from "./greet.ts";

/** Waits for the greeting of a protocol, and says what it asks for, until the instant `endMs`. */
export async function runGreeting(
  session: Session,
  greeting: Greeting,
  endMs: DurationMs,
): Promise<PhaseFailure | null> {
  return await greet(new Conversation(session, endMs), greeting);
}

/** Goes through the steps of a dialogue until the instant `endMs`. */
export async function runDialogue(
  session: Session,
  { steps }: Dialogue,
  endMs: DurationMs,
): Promise<PhaseFailure | null> {
  return await runSteps(new Conversation(session, endMs), steps);
}

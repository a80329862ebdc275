import type { Phase } from "../../../../shared/task/task.ts";
import type { DurationMs } from "../../../../shared/units.ts";
import type { PhaseFailure } from "../session/session.ts";
import type { Conversation } from "./conversation.ts";
import { noteLabel } from "./labels.ts";
import type { PacedSearch } from "./paced-search.ts";
import type { Match, Pattern } from "./pattern.ts";
import { PatternSearch } from "./pattern-search.ts";

/** What is waited for, and what fails the check instead. */
export interface AwaitedPatterns {
  readonly expected: Pattern;
  readonly rejected: readonly Pattern[];
}

/** Waits for a match, notes its labels, and takes what has come up to its end. */
export function expectMatch(
  conversation: Conversation,
  phase: Phase,
  { expected, rejected }: AwaitedPatterns,
  pace: PacedSearch,
): Promise<PhaseFailure | null> {
  const refusals = rejected.map((pattern) => new PatternSearch(pattern));
  const search = new PatternSearch(expected);
  const isRefused = async (received: Buffer, untilMs: DurationMs) => {
    for (const refusal of refusals) {
      if ((await pace.find(refusal, received, untilMs)) !== null) return true;
    }
    return false;
  };
  return conversation.hear(phase, async (received, untilMs) => {
    if (await isRefused(received, untilMs)) {
      return { outcome: "rejected", phase, answer: conversation.fresh };
    }
    const match = await pace.find(search, received, untilMs);
    return match === null ? null : understood(conversation, match);
  });
}

function understood(conversation: Conversation, { toByte, captured }: Match): "answered" {
  for (const [name, bytes] of captured) noteLabel(conversation.session, name, bytes);
  conversation.take(toByte);
  return "answered";
}

/** Waits until as many bytes have come, which must be these, and takes them. */
export function expectBytes(
  conversation: Conversation,
  phase: Phase,
  expected: Buffer,
): Promise<PhaseFailure | null> {
  return conversation.hear(phase, (received) => {
    const begun = received.subarray(0, expected.length);
    if (!expected.subarray(0, begun.length).equals(begun)) {
      return { outcome: "unexpected_answer", phase, answer: received };
    }
    if (begun.length < expected.length) return null;
    conversation.take(expected.length);
    return "answered";
  });
}

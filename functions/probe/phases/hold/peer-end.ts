import type { HoldEnd } from "../../../../shared/result/result.ts";
import type { DialogueStep } from "../../../../shared/task/task.ts";
import { type PhaseFailure, type Session, withoutSecrets } from "../session/session.ts";

/** How a held connection ended, and how its check failed by that; null if it did not. */
export interface HoldOutcome {
  readonly end: HoldEnd;
  readonly failure: Omit<PhaseFailure, "phase"> | null;
}

/** The codes with which the system gives up a peer that says nothing any more, as it does after its own probes. */
const SILENCE_CODES: ReadonlySet<string> = new Set(["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"]);

/** Of what the peer said last so much is told. */
const LAST_WORDS = 120;

/**
 * How the peer ended a connection that is established, after these words. `isHeard`: they have its
 * goodbye; null if that is not known.
 */
export function peerEndOf(session: Session, said: Buffer, isHeard: boolean | null): HoldOutcome {
  const { channel } = session;
  const { endCode } = channel;
  if (endCode !== null && SILENCE_CODES.has(endCode))
    return { end: "silence", failure: { outcome: "no_answer" } };
  const how = channel.end === "reset" ? "reset" : "fin";
  // A cut through a secret would leave a part of it: it is taken out before.
  const shown = withoutSecrets(session, said.toString("latin1"));
  const words = Buffer.from(shown.slice(-LAST_WORDS), "latin1");
  const answer = words.length === 0 ? {} : { answer: words };
  const errorCode = how === "reset" ? "RST" : "FIN";
  return { end: endOf(how, isHeard), failure: { outcome: "closed_early", errorCode, ...answer } };
}

function endOf(how: "fin" | "reset", isHeard: boolean | null): HoldEnd {
  if (isHeard === null) return how;
  return isHeard ? "goodbye" : "violated";
}

/** How a keep-alive that failed ends a connection that the peer has not ended. */
export function keepaliveEndOf({ phase: _, ...failure }: PhaseFailure): HoldOutcome {
  return { end: failure.outcome === "no_answer" ? "silence" : "answer", failure };
}

/** The steps of a goodbye by which the peer's own is known. */
export function farewellsOf(goodbye: readonly DialogueStep[] = []): DialogueStep[] {
  return goodbye.filter(({ kind }) => kind === "expect" || kind === "expect_hex");
}

import type { DialogueStep, Phase } from "../../../../shared/task/task.ts";
import { SecretError } from "../../../ports/secret-reader.ts";
import type { PhaseFailure } from "../session/session.ts";
import type { Conversation } from "./conversation.ts";
import { expectBytes, expectMatch } from "./expect.ts";
import { LabelError, TextFiller } from "./fill-text.ts";
import { PacedSearch } from "./paced-search.ts";
import { type Pattern, PatternError } from "./pattern.ts";
import { PatternCache } from "./pattern-cache.ts";

/** Patterns are compiled once for all checks of this process. */
const PATTERNS = new PatternCache();

/** Goes through steps, one after the other, until one fails. */
export async function runSteps(
  conversation: Conversation,
  steps: readonly DialogueStep[],
): Promise<PhaseFailure | null> {
  return await new StepsRun(conversation).run(steps);
}

/** One run through steps. */
class StepsRun {
  readonly #conversation: Conversation;
  readonly #filler: TextFiller;
  readonly #pace: PacedSearch;
  /** Patterns that fail the check until something is sent. */
  #rejects: Pattern[] = [];

  constructor(conversation: Conversation) {
    const { session, endMs } = conversation;
    this.#conversation = conversation;
    this.#filler = new TextFiller(session, endMs);
    this.#pace = new PacedSearch(session.clock);
  }

  async run(steps: readonly DialogueStep[]): Promise<PhaseFailure | null> {
    for (const step of steps) {
      const failure = await this.#tryStep(step);
      if (failure !== null) return this.#failed(failure);
    }
    return null;
  }

  async #tryStep(step: DialogueStep): Promise<PhaseFailure | null> {
    const phase = step.phase ?? "dialogue";
    try {
      return await this.#take(step, phase);
    } catch (error) {
      return faultOf(error, phase);
    }
  }

  async #take(step: DialogueStep, phase: Phase): Promise<PhaseFailure | null> {
    switch (step.kind) {
      case "send":
        return this.#send(await this.#filler.fill(step.text));
      case "send_hex":
        return this.#send(Buffer.from(step.hex, "hex"));
      case "reject":
        this.#rejects.push(PATTERNS.get(step.pattern));
        return null;
      case "expect":
        return await this.#expect(step.pattern, phase);
      case "expect_hex":
        return await expectBytes(this.#conversation, phase, Buffer.from(step.hex, "hex"));
      case "starttls":
        return await this.#startTls();
    }
  }

  #send(bytes: Buffer): null {
    this.#rejects = [];
    this.#conversation.send(bytes);
    return null;
  }

  #expect(pattern: string, phase: Phase): Promise<PhaseFailure | null> {
    const patterns = { expected: PATTERNS.get(pattern), rejected: this.#rejects };
    return expectMatch(this.#conversation, phase, patterns, this.#pace);
  }

  /** The rest of the line that agreed to TLS is dropped; what is sent behind it is not trusted to be TLS. */
  async #startTls(): Promise<PhaseFailure | null> {
    const { session } = this.#conversation;
    this.#conversation.take(session.channel.received.indexOf("\n") + 1);
    const answer = session.channel.received;
    if (answer.length === 0) return await session.startTls();
    return { outcome: "unexpected_answer", phase: "tls", errorCode: "BYTES_BEFORE_TLS", answer };
  }

  /** A secret that may have been wrong is read anew for the next check; silence says nothing of it. */
  #failed(failure: PhaseFailure): PhaseFailure {
    const mayBeWrong = failure.phase === "auth" || failure.outcome !== "no_answer";
    if (mayBeWrong && failure.outcome !== "secret_unavailable") {
      for (const reference of this.#filler.used)
        this.#conversation.session.secrets.doubt(reference);
    }
    return failure;
  }
}

/** What the user or the deployment has to mend is no failure of the target. */
function faultOf(error: unknown, phase: Phase): PhaseFailure {
  if (error instanceof SecretError) {
    return { outcome: "secret_unavailable", phase, errorCode: error.code };
  }
  if (error instanceof PatternError) return { outcome: "internal", phase, errorCode: error.code };
  if (error instanceof LabelError) return { outcome: "internal", phase, errorCode: "ERR_LABEL" };
  throw error;
}

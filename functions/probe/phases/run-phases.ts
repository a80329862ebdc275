import { type DurationMs, toMicrosecondPrecision } from "../../../shared/units.ts";
import type { ProbedCheck, ProbeFacts, Prober, ProberTools } from "../probers/probers.ts";
import type { OpenConnection } from "../socket/socket.ts";
import { runDialogue, runGreeting, sayGoodbye } from "./dialogue/dialogue.ts";
import { holdConnection } from "./hold/hold.ts";
import {
  ByteChannel,
  factsOf,
  type PhaseFailure,
  PhaseLimits,
  type Session,
} from "./session/session.ts";
import { TlsPhase } from "./tls/tls.ts";

/** Makes the prober of checks that do more than connect: tls → greeting → dialogue → hold. */
export function createPhaseProber(tools: ProberTools): Prober {
  const tls = new TlsPhase(tools.secrets);
  return (connection, check) => new PhaseRun(connection, check, tools, tls).run();
}

/** The phases of one open connection. */
class PhaseRun {
  readonly #check: ProbedCheck;
  readonly #session: Session;
  readonly #stream;
  #dialogueTimeMs: DurationMs | null = null;

  constructor(
    connection: OpenConnection,
    check: ProbedCheck,
    { secrets, listen }: ProberTools,
    tls: TlsPhase,
  ) {
    const { task, clock, address } = check;
    this.#check = check;
    this.#stream = connection.openStream();
    this.#session = {
      task,
      clock,
      address,
      secrets,
      signal: connection.signal,
      channel: new ByteChannel(this.#stream, clock, listen),
      limits: new PhaseLimits(clock, connection.leftMs(), task.phaseTimeouts),
      startTls: () => tls.start(this.#session),
      labels: {},
      secretsUsed: new Set(),
      greetedWith: null,
      receivedMessages: 0,
      tlsTimeMs: null,
      tlsDetail: {},
    };
  }

  async run(): Promise<ProbeFacts> {
    const failure = await this.#establish();
    const { hold, dialogue } = this.#check.task;
    if (failure === null && hold !== undefined && !this.#check.isRecheck) {
      const held = { session: this.#session, stream: this.#stream, hold };
      return holdConnection(held, this.#facts(null));
    }
    // Whoever says more than the greeting says its end, too.
    const isGreetingOnly = (dialogue?.steps.length ?? 0) === 0;
    if (failure === null && isGreetingOnly) await sayGoodbye(this.#session);
    return this.#facts(failure);
  }

  async #establish(): Promise<PhaseFailure | null> {
    const { tls, dialogue } = this.#check.task;
    // A dialogue that asks for TLS by itself begins without it.
    const isLater = dialogue?.steps.some(({ kind }) => kind === "starttls") ?? false;
    const failure = tls === undefined || isLater ? null : await this.#session.startTls();
    return failure ?? (await this.#talk());
  }

  async #talk(): Promise<PhaseFailure | null> {
    const { clock } = this.#check;
    const { greeting, dialogue } = this.#check.task;
    if (greeting === undefined && dialogue === undefined) return null;
    const beganMs = clock.monotonic();
    const endMs = this.#session.limits.endOf("dialogue");
    const refusal =
      greeting === undefined ? null : await runGreeting(this.#session, greeting, endMs);
    const failure =
      refusal ??
      (dialogue === undefined ? null : await runDialogue(this.#session, dialogue, endMs));
    this.#dialogueTimeMs = toMicrosecondPrecision(clock.monotonic() - beganMs);
    return failure;
  }

  #facts(failure: PhaseFailure | null): ProbeFacts {
    return factsOf(this.#session, failure, {
      dialogueTimeMs: this.#dialogueTimeMs,
      sentBytes: this.#stream.bytesWritten,
      receivedBytes: this.#stream.bytesRead,
    });
  }
}

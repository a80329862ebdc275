import type { Outcome, ResultDetail } from "../../../../shared/result/result.ts";
import type { Phase, Task } from "../../../../shared/task/task.ts";
import type { DurationMs } from "../../../../shared/units.ts";
import type { SecretReader } from "../../../ports/secret-reader.ts";
import type { Clock } from "../../timing/timing.ts";
import type { ByteChannel } from "./byte-channel.ts";
import type { PhaseLimits } from "./phase-limits.ts";

/** How a phase failed; a phase that passed gives null. */
export interface PhaseFailure {
  readonly outcome: Outcome;
  readonly phase: Phase;
  /** A constant that says more, never a text of the peer. */
  readonly errorCode?: string;
  /** What the peer said instead, which may be anything. */
  readonly answer?: Uint8Array;
  /** The server asks for a new connection. */
  readonly sentElsewhere?: true;
}

/** What the phases of one check share. */
export interface Session {
  readonly task: Task;
  readonly clock: Clock;
  readonly address: string;
  readonly signal: AbortSignal;
  readonly channel: ByteChannel;
  readonly limits: PhaseLimits;
  readonly secrets: SecretReader;
  /** Goes on in TLS from here; the peer has agreed to that. */
  readonly startTls: () => Promise<PhaseFailure | null>;
  /** What `expect` steps captured by name, for later steps and the result. */
  readonly labels: Record<string, string>;
  /** Private material that was used: it is cut out of whatever is told of the check. */
  readonly secretsUsed: Set<string>;
  /** What the server said by itself before it was asked for TLS; null if it said nothing. */
  greetedWith: Uint8Array | null;
  /** Answers that came. */
  receivedMessages: number;
  tlsTimeMs: DurationMs | null;
  /** What TLS notices. */
  tlsDetail: Pick<ResultDetail, "certificate" | "certificateFacts">;
}

import type { Outcome, ResultDetail, ResultFigures } from "../../../shared/result/result.ts";
import type { Task } from "../../../shared/task/task.ts";
import type { SecretReader } from "../../ports/secret-reader.ts";
import type { OpenConnection } from "../socket/socket.ts";
import type { Clock } from "../timing/timing.ts";

/** What a prober knows of its check. */
export interface ProbedCheck {
  readonly task: Task;
  readonly clock: Clock;
  /** The vetted literal that the connection goes to. */
  readonly address: string;
  /** A recheck holds no connection. */
  readonly isRecheck: boolean;
}

/** What a prober found out. */
export interface ProbeFacts {
  readonly outcome: Outcome;
  /** A constant that says more than the outcome, e.g. OpenSSL's; never a text of the peer. */
  readonly errorCode?: string;
  /** What it measured. The figures that every check measures are not its own, and are ignored. */
  readonly figures?: Partial<ResultFigures>;
  readonly detail?: ResultDetail;
  /** The server asks for a new connection, to wherever its name leads then. */
  readonly sentElsewhere?: true;
  /** The connection is not closed, because its check goes on. */
  readonly holding?: Holding;
}

/** A connection that is held after its check has told its first facts. */
export interface Holding {
  /** What is known now, while it is held. */
  sample(): ProbeFacts;
  /** Resolves when it has ended, for whatever reason; the connection is to be closed then. It never rejects. */
  readonly ended: Promise<ProbeFacts>;
  /** Ends it politely before its time. */
  stop(): void;
}

/**
 * Looks at an open connection and returns facts: at once, or by a promise if it has to wait. The
 * check closes the connection after that, and sooner when the probe stops or, unless the prober has
 * opened its stream, when the task's timeout is over; then `connection.signal` is aborted and the
 * facts are ignored. If it throws or rejects, the outcome of this check is `internal`.
 */
export type Prober = (
  connection: OpenConnection,
  check: ProbedCheck,
) => ProbeFacts | Promise<ProbeFacts>;

/** Is shown what is said on a connection, without what TLS adds; it must not throw. */
export type Listen = (direction: "sent" | "received", bytes: Uint8Array) => void;

/** What probers work with beside their check. */
export interface ProberTools {
  readonly secrets: SecretReader;
  /** Only for who reads along; the fleet's probes have none. */
  readonly listen?: Listen;
}

import type { Outcome, ResultFigures } from "../../../shared/result/result.ts";
import type { Task } from "../../../shared/task/task.ts";
import type { OpenConnection } from "../socket/socket.ts";
import type { Clock } from "../timing/timing.ts";

/** What a prober knows of its check. */
export interface ProbedCheck {
  readonly task: Task;
  readonly clock: Clock;
}

/** What a prober found out. */
export interface ProbeFacts {
  readonly outcome: Outcome;
  /** What it measured. The figures that every check measures are not its own, and are ignored. */
  readonly figures?: Partial<ResultFigures>;
}

/**
 * Looks at an open connection and returns facts: at once, or by a promise if it has to wait. The
 * check closes the connection after that, and sooner when the task's timeout is over or the probe
 * stops; then `connection.signal` is aborted and the facts are ignored. If it throws or rejects, the
 * outcome of this check is `internal`.
 */
export type Prober = (
  connection: OpenConnection,
  check: ProbedCheck,
) => ProbeFacts | Promise<ProbeFacts>;

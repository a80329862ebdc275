import type { DeadMan } from "../ports/dead-man.ts";
import type { AggregateServices } from "./services/services.ts";

/** What became of the heartbeat of a run's last window. */
interface DoneHeartbeat {
  readonly isProbed: boolean;
  readonly failures: readonly string[];
}

/** Whether each was reached by this process's last run; the next one judges that. */
const lastTold = new WeakMap<DeadMan, boolean>();

/** Whether the last run failed to reach the dead man; null if that is not known, or judged already. */
export function takeUnreached({ deadMan = null }: AggregateServices): boolean | null {
  if (deadMan === null) return false;
  const wasReached = lastTold.get(deadMan) ?? null;
  lastTold.delete(deadMan);
  return wasReached === null ? null : !wasReached;
}

/**
 * Tells the dead man that a run went well: a window is closed, the bus has taken its heartbeat, and a
 * region at least has reported. Returns a sentence if that failed.
 */
export async function tellDeadMan(
  { deadMan = null }: AggregateServices,
  { isProbed, failures }: DoneHeartbeat,
): Promise<string | null> {
  if (deadMan === null || !isProbed || failures.length > 0) return null;
  const code = await deadMan.tell();
  lastTold.set(deadMan, code === null);
  return code === null ? null : `The dead man could not be told that the fleet runs: ${code}`;
}

import type { AggregateServices } from "./services/services.ts";

/** What became of the heartbeat of a run's last window. */
interface DoneHeartbeat {
  readonly isProbed: boolean;
  readonly failures: readonly string[];
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
  return code === null ? null : `The dead man could not be told that the fleet runs: ${code}`;
}

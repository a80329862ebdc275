/** How many tasks run now, and how many of them a plan drops. */
export interface Drop {
  readonly runningCount: number;
  readonly droppedCount: number;
}

/**
 * Counts the running tasks that are no longer in the user's table. A task that is still there is not
 * dropped, even if it is disabled or invalid.
 */
export function countDrop(running: Iterable<string>, present: ReadonlySet<string>): Drop {
  const names = [...new Set(running)];
  const dropped = names.filter((name) => !present.has(name));
  return { runningCount: names.length, droppedCount: dropped.length };
}

/** Whether a plan is refused: it drops more than half, which looks like an emptied table or a wrong file. */
export function isRefused({ runningCount, droppedCount }: Drop): boolean {
  return droppedCount > runningCount / 2;
}

/** The sentence that the operator reads. */
export function refusalSentence({ runningCount, droppedCount }: Drop): string {
  return `The plan would drop ${droppedCount} of ${runningCount} running tasks and is refused; the last one goes on. Plan with force to drop them`;
}

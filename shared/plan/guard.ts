/** What a plan would take away from the tasks that run now. */
export interface Drop {
  readonly runningCount: number;
  readonly droppedCount: number;
}

/**
 * Counts the running tasks that are gone from the user's table. One that is still there, be it
 * disabled or invalid, was not dropped.
 */
export function countDrop(running: Iterable<string>, present: ReadonlySet<string>): Drop {
  const names = [...new Set(running)];
  const dropped = names.filter((name) => !present.has(name));
  return { runningCount: names.length, droppedCount: dropped.length };
}

/** More than half at once looks like an emptied table or a wrong file, not like a wish. */
export function isRefused({ runningCount, droppedCount }: Drop): boolean {
  return droppedCount > runningCount / 2;
}

/** The sentence that the operator reads. */
export function refusalSentence({ runningCount, droppedCount }: Drop): string {
  return `The plan would drop ${droppedCount} of ${runningCount} running tasks and is refused; the last one goes on. Plan with force to drop them`;
}

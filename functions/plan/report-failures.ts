/** Enough to see what is wrong; ten thousand statuses can fail for one reason. */
const SHOWN_FAILURES = 10;

/** What failed, a sentence each. */
export function failureSentences(failures: readonly Error[]): string[] {
  const shown = failures.slice(0, SHOWN_FAILURES).map(({ message }) => message);
  const more = failures.length - shown.length;
  return more > 0 ? [...shown, `${more} more failures are not shown`] : shown;
}

/** Throws everything that failed as one error, so that the run itself fails and is alarmed. */
export function throwAll(failures: readonly Error[]): void {
  if (failures.length === 0) return;
  throw new AggregateError(failures, failureSentences(failures).join("; "));
}

/** What DynamoDB answers while a table, or the account, takes no more. */
const BUSY: readonly string[] = [
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
];

/** A table that left requests undone for as long as its client waits. */
export class BusyError extends Error {}

/** Whether a store failed only because its table takes nothing for now: what it refused can be done later. */
export function isBusy(error: unknown): boolean {
  return error instanceof BusyError || (error instanceof Error && BUSY.includes(error.name));
}

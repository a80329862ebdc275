/** Reads what a shard's schedule sends: `{ "shard": 0 }`. */
export function parseProbeEvent(event: unknown): number {
  const shard =
    typeof event === "object" && event !== null && "shard" in event ? event.shard : undefined;
  if (typeof shard === "number" && Number.isInteger(shard) && shard >= 0) return shard;
  throw new Error(`The event must be { "shard": <whole number> }, is ${JSON.stringify(event)}`);
}

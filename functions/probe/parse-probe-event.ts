import { type CheckRequest, parseCheckRequest } from "../../shared/request/request.ts";

/** What a probe is invoked for: the next term of a shard, or checks that somebody asks for now. */
export type ProbeEvent = { readonly shard: number } | { readonly request: CheckRequest };

/** Reads what a shard's schedule sends, `{ "shard": 0 }`, or a request; see `shared/request`. */
export function parseProbeEvent(event: unknown): ProbeEvent {
  const request = parseCheckRequest(event);
  if (request !== null) return { request };
  const shard =
    typeof event === "object" && event !== null && "shard" in event ? event.shard : undefined;
  if (typeof shard === "number" && Number.isInteger(shard) && shard >= 0) return { shard };
  throw new Error(`The event must be { "shard": <whole number> }, is ${JSON.stringify(event)}`);
}

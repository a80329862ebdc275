import {
  type CheckRequest,
  type NextBurst,
  parseCheckRequest,
  parseNextBurst,
} from "../../shared/request/request.ts";

/**
 * What a probe is invoked for: the next term of a shard, the rest of one, checks of its tasks that somebody asks for now,
 * or a single check of any task, which is read by whoever answers it.
 */
export type ProbeEvent =
  | { readonly shard: number }
  | { readonly burst: NextBurst }
  | { readonly request: CheckRequest }
  | { readonly check: unknown };

/** Reads what a shard's schedule sends, `{ "shard": 0 }`, a message of the queue, a request or a single check; see `shared/request`. */
export function parseProbeEvent(event: unknown): ProbeEvent {
  if (typeof event === "object" && event !== null && Object.hasOwn(event, "check"))
    return { check: Object(event).check };
  const request = parseCheckRequest(event);
  if (request !== null) return { request };
  const burst = parseNextBurst(event);
  if (burst !== null) return { burst };
  const shard =
    typeof event === "object" && event !== null && "shard" in event ? event.shard : undefined;
  if (typeof shard === "number" && Number.isInteger(shard) && shard >= 0) return { shard };
  throw new Error(`The event must be { "shard": <whole number> }, is ${JSON.stringify(event)}`);
}

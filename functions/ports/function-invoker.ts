import type { RegionName } from "../../shared/units.ts";

/** One of the fleet's functions, in one region. */
export interface InvocationTarget {
  readonly region: RegionName;
  readonly function: "aggregate" | "probe";
}

/** Lets one function invoke another, without waiting for what it does. */
export interface FunctionInvoker {
  /** `accepted`: the event will be delivered, at least once, within a minute or never. Never throws. */
  invoke(target: InvocationTarget, event: object): Promise<"accepted" | "failed">;
}

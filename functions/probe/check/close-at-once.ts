import type { Holder } from "./services.ts";

/** Holds no connection: for whoever makes a single check. */
export const CLOSE_AT_ONCE: Holder = {
  longestMs: Number.POSITIVE_INFINITY,
  attach: () => undefined,
  hold: (held) => held.close(),
};

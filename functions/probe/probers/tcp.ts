import type { ProbeFacts } from "./prober.ts";

const OPEN: ProbeFacts = { outcome: "open" };

/** The plain TCP check: a completed handshake is all that it asks for. */
export function probeTcp(): ProbeFacts {
  return OPEN;
}

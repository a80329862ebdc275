import type { ProbeFacts } from "../../probers/probers.ts";
import { HeldConnection, type HoldSetup } from "./held-connection.ts";

/** Holds an established connection; the facts that it returns are those of its beginning. */
export function holdConnection(setup: HoldSetup, facts: ProbeFacts): ProbeFacts {
  const holding = new HeldConnection(setup);
  return { ...facts, figures: { ...facts.figures, heldMs: 0 }, holding };
}

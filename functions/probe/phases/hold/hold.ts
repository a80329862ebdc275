import type { HoldSettings } from "../../../../shared/task/task.ts";
import type { ProbeFacts } from "../../probers/probers.ts";
import type { Session } from "../session/session.ts";

/** Holds an established connection; the facts that it returns are those of its beginning. */
export function holdConnection(
  _session: Session,
  { holdMs }: HoldSettings,
  _facts: ProbeFacts,
): ProbeFacts {
  throw new Error(`held ${holdMs}`);
}

import type { CheckKind } from "../../../shared/task/task.ts";
import type { Prober } from "./prober.ts";
import { probeTcp } from "./tcp.ts";

export type { ProbedCheck, ProbeFacts, Prober } from "./prober.ts";

/** A prober for each kind of check. */
export type Probers = Readonly<Record<CheckKind, Prober>>;

/** The probers of this version. */
export const PROBERS: Probers = { tcp: probeTcp };

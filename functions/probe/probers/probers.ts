import type { CheckKind } from "../../../shared/task/task.ts";
import { lazyPhases } from "./lazy-phases.ts";
import type { Prober, ProberTools } from "./prober.ts";
import { probeTcp } from "./tcp.ts";

export type { Holding, Listen, ProbedCheck, ProbeFacts, Prober, ProberTools } from "./prober.ts";

/** A prober for each kind of check. */
export type Probers = Readonly<Record<CheckKind, Prober>>;

/** Makes the probers of this version. */
export function createProbers(tools: ProberTools): Probers {
  return { tcp: probeTcp, phases: lazyPhases(tools) };
}

import { type ErrorKind, isCounted, usualPhaseOf } from "../result/result.ts";
import type { Phase } from "../task/task.ts";
import { listPhases } from "./deep-figures.ts";
import type { Figures } from "./figures.ts";

/** How many failures there were in each phase. */
export type FailuresByPhase = Readonly<Partial<Record<Phase, number>>>;

type Failures = Pick<Figures, "failuresByKind" | "deep">;

/** How many failures there were in each phase; a kind that says nothing of its phase is left out. */
export function failuresByPhase(figures: Failures): FailuresByPhase {
  const kinds = Object.keys(figures.failuresByKind) as ErrorKind[];
  const phases = kinds.filter(isCounted).map((kind) => phasesOfKind(kind, figures));
  const counts: Partial<Record<Phase, number>> = {};
  for (const [phase, count] of phases.flatMap((own) => Object.entries(own) as [Phase, number][]))
    counts[phase] = (counts[phase] ?? 0) + count;
  return counts;
}

/** In which phases the failures of a kind were. */
export function phasesOfKind(kind: ErrorKind, { failuresByKind, deep }: Failures): FailuresByPhase {
  const all = listPhases(deep ?? { otherPhases: {} });
  const others = all.filter(([other]) => other === kind);
  const elsewhere = others.reduce((sum, [, , count]) => sum + count, 0);
  const usual = usualPhaseOf(kind);
  const usualCount = (failuresByKind[kind] ?? 0) - elsewhere;
  return {
    ...(usual !== null && usualCount > 0 && { [usual]: usualCount }),
    ...Object.fromEntries(others.map(([, phase, count]) => [phase, count])),
  };
}

import { ERROR_KINDS } from "../result/result.ts";
import { PHASES } from "../task/task.ts";
import {
  DEEP_SUMS,
  type DeepFigures,
  deepSumsIn,
  isNothing,
  listPhases,
  mergeDeep,
  type OtherPhases,
} from "./deep-figures.ts";

type Lists = readonly (readonly (number | string)[])[];

/**
 * Figures beyond a handshake as lists: the sums of `DEEP_SUMS` without zeros at their end, then phases
 * (position in `ERROR_KINDS`, position in `PHASES`, count, and so on), then the end of the certificate,
 * then addresses that appeared, then those that left. Empty lists at the end are left out.
 */
export function toDeepLists(deep: DeepFigures): Lists {
  const { certificateUntilMs, appeared, left } = deep;
  const lists = [
    toSums(deep),
    listPhases(deep)
      .map(([kind, phase, count]) => [ERROR_KINDS.indexOf(kind), PHASES.indexOf(phase), count])
      .sort(([kindA = 0, phaseA = 0], [kindB = 0, phaseB = 0]) => kindA - kindB || phaseA - phaseB)
      .flat(),
    certificateUntilMs === null ? [] : [certificateUntilMs],
    appeared,
    left,
  ];
  return lists.slice(0, lists.findLastIndex((list) => list.length > 0) + 1);
}

/** A list of sums has at least so many. */
const LEAST_SUMS = 2;

function toSums(deep: DeepFigures): number[] {
  const sums = DEEP_SUMS.map((field) => deep[field]);
  const last = sums.findLastIndex((sum) => sum !== 0);
  return last < 0 ? [] : sums.slice(0, Math.max(LEAST_SUMS, last + 1));
}

/** Reads such lists; nothing if there is none. What has another form is of a later version. */
export function parseDeepLists(stored: readonly unknown[]): { readonly deep?: DeepFigures } {
  if (stored.length === 0) return {};
  const [sums, phases, certificate, appeared, left] = stored;
  const numbers = numbersIn(sums);
  const deep: DeepFigures = {
    ...deepSumsIn(numbers.length < LEAST_SUMS ? [] : numbers),
    otherPhases: parsePhases(numbersIn(phases)),
    certificateUntilMs: numbersIn(certificate)[0] ?? null,
    appeared: textsIn(appeared),
    left: textsIn(left),
  };
  return isNothing(deep) ? {} : mergeDeep([{ deep }]);
}

function parsePhases(numbers: readonly number[]): OtherPhases {
  const counts: Record<string, Record<string, number>> = {};
  for (let i = 0; i + 2 < numbers.length; i += 3) {
    const [kind, phase] = [ERROR_KINDS[numbers[i] ?? -1], PHASES[numbers[i + 1] ?? -1]];
    if (kind === undefined || phase === undefined) continue;
    counts[kind] = { ...counts[kind], [phase]: numbers[i + 2] ?? 0 };
  }
  return counts;
}

function numbersIn(list: unknown): number[] {
  return Array.isArray(list) && list.every(Number.isFinite) ? list : [];
}

function textsIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((each) => typeof each === "string") : [];
}

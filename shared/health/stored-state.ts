import type { RegionName } from "../units.ts";
import type { RegionHealth, TaskState } from "./model.ts";
import { ASPECTS, type Aspect, type Finding } from "./rules/rules.ts";
import { INITIAL_HEALTH, INITIAL_STATE } from "./task-state.ts";

/** Findings as stored: the rule by the aspect's stored name, null if there is none. */
type StoredFindings = Readonly<Record<string, Pick<Finding, "severity" | "rule"> | null>>;

interface StoredHealth extends Partial<Omit<RegionHealth, "standing">> {
  readonly standing?: StoredFindings | null;
}

/** A task's state as stored: plain JSON that every version of home reads. */
export interface StoredState extends Partial<Omit<TaskState, "regions">> {
  readonly regions: Readonly<Record<RegionName, StoredHealth>>;
}

/** Stored states are older than the aspects' names, so the first one keeps its stored name. */
const STORED_NAMES: Readonly<Partial<Record<Aspect, string>>> = { availability: "failure" };

/** A state in its stored form. */
export function toStoredState(state: TaskState): StoredState {
  const regions = Object.entries(state.regions).map(([name, health]) => [
    name,
    { ...health, standing: toStoredFindings(health.standing) },
  ]);
  return { ...state, regions: Object.fromEntries(regions) };
}

function toStoredFindings(findings: readonly Finding[]): StoredFindings | null {
  if (findings.length === 0) return null;
  const byAspect = ASPECTS.map((aspect) => {
    const found = findings.find((finding) => finding.aspect === aspect);
    return [storedName(aspect), found ? { severity: found.severity, rule: found.rule } : null];
  });
  return Object.fromEntries(byAspect);
}

function storedName(aspect: Aspect): string {
  return STORED_NAMES[aspect] ?? aspect;
}

/** The state in a stored one. What an older version did not store is as it is initially. */
export function fromStoredState(stored: StoredState): TaskState {
  const regions = Object.entries(stored.regions).map(([name, health]) => [
    name,
    { ...INITIAL_HEALTH, ...health, standing: fromStoredFindings(health.standing ?? null) },
  ]);
  return { ...INITIAL_STATE, ...stored, regions: Object.fromEntries(regions) };
}

function fromStoredFindings(stored: StoredFindings | null): Finding[] {
  return ASPECTS.flatMap((aspect) => {
    const found = stored?.[storedName(aspect)] ?? null;
    if (found === null) return [];
    return { aspect, severity: found.severity, rule: found.rule, value: null, limit: null };
  });
}

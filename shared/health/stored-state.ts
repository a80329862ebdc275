import type { RegionName } from "../units.ts";
import type { RegionHealth, TaskState } from "./model.ts";
import { ASPECTS, type Aspect, type Finding, ruleNamed } from "./rules/rules.ts";
import { INITIAL_HEALTH, INITIAL_STATE } from "./task-state.ts";

/** Findings as stored: the rule by the aspect's stored name, null if there is none. */
type StoredFindings = Readonly<Record<string, Pick<Finding, "severity" | "rule"> | null>>;

interface StoredHealth extends Partial<Omit<RegionHealth, "standing">> {
  readonly standing?: StoredFindings | null;
  /** Consecutive checks against `status`, as versions before incidents had it. */
  readonly streak?: number;
}

type Stored<Part extends keyof TaskState> = Partial<TaskState[Part]>;

/** A task's state as stored: plain JSON that every version of home reads. */
export interface StoredState
  extends Partial<Omit<TaskState, "regions" | "incident" | "warning" | "silence">> {
  readonly regions: Readonly<Record<RegionName, StoredHealth>>;
  readonly incident?: Stored<"incident">;
  readonly warning?: Stored<"warning">;
  readonly silence?: Stored<"silence">;
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

/**
 * The state in a stored one. What an older version did not store is as it is initially, but an older
 * version's status goes on: what is CRITICAL there is an open incident.
 */
export function fromStoredState(stored: StoredState): TaskState {
  const regions = Object.entries(stored.regions).map(([name, health]) => [
    name,
    fromStoredHealth(health, stored),
  ]);
  const { incident, warning, silence } = { ...spellsOf(stored), ...stored };
  return {
    ...INITIAL_STATE,
    ...stored,
    regions: Object.fromEntries(regions),
    incident: { ...INITIAL_STATE.incident, ...incident },
    warning: { ...INITIAL_STATE.warning, ...warning },
    silence: { ...INITIAL_STATE.silence, ...silence },
  };
}

function fromStoredHealth(
  { streak = 0, standing, ...health }: StoredHealth,
  { sinceMs = 0 }: StoredState,
): RegionHealth {
  const isDown = health.status === "unhealthy";
  const earlier: Partial<RegionHealth> = isDown
    ? { passCount: streak, unhealthySinceMs: sinceMs }
    : { failCount: streak };
  const sinceFailing = health.failingSinceMs ?? null;
  const isFailing = !isDown && streak > 0 && sinceFailing !== null;
  return {
    ...INITIAL_HEALTH,
    ...(streak > 0 || isDown ? earlier : {}),
    ...(isFailing && { firstFailAtMs: sinceFailing, lastFailAtMs: sinceFailing }),
    ...health,
    standing: fromStoredFindings(standing ?? null),
  };
}

/** What was open in a version without incidents. */
function spellsOf({ status, rule = null, sinceMs = 0 }: StoredState) {
  const openedAtMs = sinceMs;
  const isLatency = rule !== null && ruleNamed(rule)?.aspect === "latency";
  if (status === "NO_DATA") return { silence: { number: 1, openedAtMs } };
  if (status === "CRITICAL" && !isLatency) return { incident: { number: 1, openedAtMs } };
  if (status === undefined || status === "OK") return {};
  const severity = status === "CRITICAL" ? ("critical" as const) : ("warning" as const);
  return { warning: { number: 1, openedAtMs, severity, rule } };
}

function fromStoredFindings(stored: StoredFindings | null): Finding[] {
  return ASPECTS.flatMap((aspect) => {
    const found = stored?.[storedName(aspect)] ?? null;
    if (found === null) return [];
    return { aspect, severity: found.severity, rule: found.rule, value: null, limit: null };
  });
}

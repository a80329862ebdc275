import { figuresOf } from "../summary/summary.ts";
import type { EpochMs, RegionName } from "../units.ts";
import { adviseOn } from "./advisory.ts";
import type {
  AdvisoryReason,
  AdvisoryTransition,
  Judgement,
  StateTransition,
  TaskState,
} from "./model.ts";
import { conclude, INITIAL_STATE } from "./task-state.ts";
import { retainTrends } from "./trends/trends.ts";

/**
 * Closes the state of a task that was removed or disabled: its status and its open advisories are
 * cleared. A task that is OK and has no open advisory gets no event.
 */
export function closeState(state: TaskState, atMs: EpochMs): Judgement {
  const cleared = clearAdvisories(state, Object.keys(state.regions), "task_removed");
  // Whoever adds the task again may mean another target, whose certificate is no change.
  const { certificates: _forgotten, ...kept } = state;
  const { incident, warning, silence } = state;
  const closed: TaskState = {
    ...kept,
    status: "OK",
    rule: null,
    sinceMs: state.status === "OK" ? state.sinceMs : atMs,
    regions: {},
    incident: {
      ...incident,
      openedAtMs: null,
      closedAtMs: null,
      reopenings: 0,
      belowSinceMs: null,
    },
    warning: { ...INITIAL_STATE.warning, number: warning.number },
    silence: { ...silence, openedAtMs: null },
    silentWindows: 0,
    trends: INITIAL_STATE.trends,
  };
  const transitions = [...removal(state, atMs), ...cleared];
  return conclude(state, { state: closed, transitions }, atMs);
}

/**
 * Drops the regions in which a task is no longer planned, and clears their advisories. It judges no
 * window, so the state's `throughMs` stays.
 */
export function retainRegions(state: TaskState, planned: readonly RegionName[]): Judgement {
  const gone = Object.keys(state.regions).filter((region) => !planned.includes(region));
  const trends = retainTrends(state.trends, planned);
  if (gone.length === 0 && trends === state.trends) return { state, transitions: [] };
  const kept = Object.entries(state.regions).filter(([region]) => planned.includes(region));
  const transitions = clearAdvisories(state, gone, "region_removed");
  const next = { ...state, regions: Object.fromEntries(kept), trends };
  return conclude(state, { state: next, transitions }, state.throughMs);
}

/** Each removal has a number of its own: a task that comes back begins another incident. */
function removal(state: TaskState, atMs: EpochMs): StateTransition[] {
  if (state.status === "OK") return [];
  return [
    {
      kind: "state",
      from: state.status,
      to: "OK",
      reason: "task_removed",
      atMs,
      track: "removal",
      number: state.incident.number + state.warning.number + state.silence.number,
      phase: "closed",
      openedAtMs: state.sinceMs,
      failingSinceMs: null,
      flapping: null,
      lastSuccess: null,
      samples: [],
      errorKind: null,
      votesNeeded: 0,
      uncounted: [],
      votes: [],
    },
  ];
}

function clearAdvisories(
  state: TaskState,
  regions: readonly RegionName[],
  reason: AdvisoryReason,
): AdvisoryTransition[] {
  const figures = figuresOf({ expectedCount: 0 }, []);
  return regions.toSorted().flatMap((region) => {
    const health = state.regions[region];
    if (health === undefined || !health.advised) return [];
    const voter = { region, figures, health: health.status };
    return adviseOn(voter, reason, health);
  });
}

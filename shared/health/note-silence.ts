import type { RegionWindow, TaskWindow } from "../summary/summary.ts";
import { type EpochMs, MINUTE_MS, type RegionName } from "../units.ts";
import type { RegionHealth, TaskState } from "./model.ts";
import { INITIAL_HEALTH } from "./task-state.ts";

/** Notes which regions gave no sample in a closed window although one was due. */
export function noteSilence(state: TaskState, window: TaskWindow): TaskState {
  const names = [...new Set([...Object.keys(window.regions), ...Object.keys(state.regions)])];
  const silent = names.filter((name) => isSilent(window.regions[name]));
  if (silent.length === 0) return state;
  const noted = silent.map((name): [RegionName, RegionHealth] => {
    const health = state.regions[name] ?? INITIAL_HEALTH;
    return [name, { ...health, silentSinceMs: health.silentSinceMs ?? lastHeardMs(window) }];
  });
  return { ...state, regions: { ...state.regions, ...Object.fromEntries(noted) } };
}

/** A region that is not in the window could not be read. */
function isSilent(region: RegionWindow | undefined): boolean {
  if (region === undefined) return true;
  const { figures, rechecks } = region;
  const isHeard =
    figures.sampleCount > 0 || rechecks.some(({ verdict }) => verdict !== "uncounted");
  return figures.expectedCount > 0 && !isHeard;
}

/** It was heard one period before the check that is lacking, else it would be silent since then. */
function lastHeardMs({ periodStartMs, scheduleMs }: TaskWindow): EpochMs {
  return periodStartMs - Math.max(0, scheduleMs - MINUTE_MS);
}

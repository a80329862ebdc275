import type { EpochMs, RegionName } from "../../../shared/units.ts";
import type { OpenWindow, Progress } from "../../ports/alert-store.ts";
import type { AggregateServices } from "../aggregate.ts";
import { judgeTasks, type TaskMemory } from "../judge/judge.ts";
import type { WindowReading } from "./read-window.ts";
import { type SummarisedTask, summariseWindow } from "./summarise-window.ts";
import { writeSummaries } from "./write-summaries.ts";

/** So many windows that were closed too early are looked after. */
const MAX_OPEN_WINDOWS = 60;

/** What a run has read before its first window. */
export interface RunContext {
  readonly memory: TaskMemory;
  readonly planned: ReadonlyMap<string, readonly RegionName[]> | null;
  /** No run came when this one's first window was ready: home itself was switched off meanwhile. */
  readonly homeWasAway: boolean;
}

export interface ClosedWindow {
  readonly reading: WindowReading;
  readonly tasks: ReadonlyMap<string, SummarisedTask>;
  readonly progress: Progress;
}

/**
 * Closes the window at the watermark: summaries, then judgements, then the watermark. Each step
 * lands on itself when a run before died in it, and the mark keeps a window that was judged once
 * from being judged again, whatever has come in since.
 */
export async function closeWindow(
  services: AggregateServices,
  { memory, planned, homeWasAway }: RunContext,
  { reading, progress }: { reading: WindowReading; progress: Progress },
): Promise<ClosedWindow> {
  const { window } = reading;
  const mark = await services.alerts.beginWindow(window.fromMs);
  const tasks = summariseWindow(reading);
  await writeSummaries(services, summariesIn(tasks), mark);
  const isOurOwnSilence = homeWasAway && isDark(reading);
  if (mark !== "judged" && !isOurOwnSilence) {
    await judgeTasks(services, memory, { window, tasks, planned });
    await services.alerts.markJudged(window.fromMs);
  }
  const next: Progress = {
    watermarkMs: window.toMs,
    openWindows: putOpenWindow(progress.openWindows, window.fromMs, openRegions(reading)),
  };
  await services.alerts.writeProgress(next);
  return { reading, tasks, progress: next };
}

/**
 * Not one check of any task anywhere. Where home was away too, the whole fleet was switched off, and
 * that no target has data is no news of the targets.
 */
function isDark({ tasks }: WindowReading): boolean {
  return [...tasks.values()].every(({ regions }) =>
    Object.values(regions).every(({ checks }) => checks.length === 0),
  );
}

export function summariesIn(tasks: ReadonlyMap<string, SummarisedTask>) {
  return [...tasks.values()].flatMap(({ summary }) => summary ?? []);
}

/** Regions from which more may come: those that could not be read, and those with claimed slots. */
export function openRegions(reading: WindowReading): OpenWindow["regions"] {
  const unread = reading.unreadable.map(({ region }) => [region, null] as const);
  const waiting = [...reading.waiting].map(
    (region) => [region, reading.chunkCounts.get(region) ?? 0] as const,
  );
  return Object.fromEntries([...unread, ...waiting]);
}

/** The list with a window's entry in its place; without one where no region is open. */
export function putOpenWindow(
  windows: readonly OpenWindow[],
  startMs: EpochMs,
  regions: OpenWindow["regions"],
): OpenWindow[] {
  const others = windows.filter((open) => open.startMs !== startMs);
  if (Object.keys(regions).length === 0) return others;
  return [...others, { startMs, regions }]
    .sort((a, b) => a.startMs - b.startMs)
    .slice(-MAX_OPEN_WINDOWS);
}

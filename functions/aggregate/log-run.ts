import { METRICS } from "../../shared/contract.ts";
import type { EpochMs, RegionName } from "../../shared/units.ts";
import type { Progress } from "../ports/alert-store.ts";
import type { EventBus } from "../ports/event-bus.ts";
import { owedEvents, type TaskMemory } from "./judge/judge.ts";
import type { AggregateServices } from "./services.ts";
import type { FleetView } from "./window/window.ts";

export interface RunResult {
  readonly memory: TaskMemory;
  readonly fleet: FleetView;
  readonly progress: Progress;
  readonly windowCount: number;
  readonly damagedCount: number;
  /** Samples that a later version wrote and that this one knows in part only. */
  readonly notUnderstoodCount: number;
  readonly lateChunkCount: number;
  /** Of the last window. */
  readonly missing: readonly RegionName[];
  /** What became of the heartbeat; null where none was due. */
  readonly beat: Awaited<ReturnType<EventBus["publish"]>> | null;
}

/** The run's one line. */
export function logRun(services: AggregateServices, result: RunResult): void {
  const nowMs = services.now();
  const owed = owedEvents(result.memory);
  const oldest = owed.reduce<EpochMs>((first, { time }) => Math.min(first, time), nowMs);
  const names = METRICS.aggregate;
  services.log({
    metrics: {
      [names.windows]: result.windowCount,
      [names.windowLagMs]: Math.max(0, nowMs - result.progress.watermarkMs),
      [names.regionsMissing]: result.missing.length,
      [names.outboxDepth]: owed.length,
      [names.outboxAgeMs]: nowMs - oldest,
      [names.lateChunks]: result.lateChunkCount,
      [names.damagedChunks]: result.damagedCount,
    },
    watermark: new Date(result.progress.watermarkMs).toISOString(),
    openWindows: result.progress.openWindows.length,
    missing: result.missing,
    unreadable: result.fleet.unreadable,
    damagedRecords: result.memory.damaged.size,
    // A plain field: a metric costs every month, and this is read only while versions are mixed.
    ...(result.notUnderstoodCount > 0 && { samplesNotUnderstood: result.notUnderstoodCount }),
    heartbeatFailed: result.beat?.failed.map(({ code }) => code) ?? [],
  });
}

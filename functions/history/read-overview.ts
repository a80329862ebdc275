import { parseEntries } from "../../shared/alerting/operators/operators.ts";
import type { Task } from "../../shared/task/task.ts";
import { DAY_MS, type EpochMs, type RegionName } from "../../shared/units.ts";
import { readLastSuccesses } from "./last-success.ts";
import { OverviewMemory } from "./overview-memory.ts";
import { type OverviewTask, overviewTask, worstFirst } from "./overview-task.ts";
import { readPlanned, type UnreadRegion } from "./read-planned.ts";
import { type FleetStatus, fleetStatus } from "./read-status.ts";
import { uptimeOn } from "./read-uptime.ts";
import type { FleetSources } from "./sources.ts";
import { listTask } from "./task-standing.ts";

/** How the whole fleet is. */
export interface Overview extends FleetStatus {
  readonly fleet: string;
  readonly regions: readonly RegionName[];
  /** The worst first. */
  readonly tasks: readonly OverviewTask[];
  /** Regions whose plan could not be read. */
  readonly unread: readonly UnreadRegion[];
}

/** Reads how every stored task is, with a bounded number of queries: fewer with the memory of a reading before. */
export async function readOverview(
  sources: FleetSources,
  nowMs: EpochMs,
  memory: OverviewMemory = new OverviewMemory(),
): Promise<Overview> {
  const ground = await readGround(sources, memory);
  const { records, settings, planned } = ground;
  const running = new Map(
    [...planned.tasks].flatMap(([name, places]) => {
      const [task] = places.values();
      return task === undefined ? [] : [[name, task] as const];
    }),
  );
  const tasks = [...running.values()];
  const day = { fromMs: nowMs - DAY_MS, toMs: nowMs };
  const [changes, known] = await Promise.all([
    memory.readChanges(sources, { ...day, toMs: nowMs + 1 }),
    memory.readKnownSince(sources, [...running.keys()], day),
  ]);
  const successes = await readLastSuccesses(sources, {
    ...{ records, known, knownFromMs: day.fromMs },
    judgedToMs: ground.progress?.watermarkMs ?? null,
    readMinutes: (startsMs) => memory.readBoards(sources, startsMs, nowMs),
  });
  const times = uptimeOn({ records, settings, changes, known }, { tasks, ...day, nowMs });
  const states = new Map(records.map(({ task, state }) => [task.name, state]));
  return {
    ...fleetStatus(ground, tasks),
    fleet: sources.fleet.name,
    regions: sources.regions.map(({ region }) => region),
    tasks: listTasks(sources, ground)
      .map((listed) =>
        overviewTask({
          listed,
          running: running.get(listed.name) ?? null,
          state: states.get(listed.name) ?? null,
          ...{ settings, nowMs },
          lastDay: times.get(listed.name),
          lastSuccessAtMs: successes.get(listed.name),
        }),
      )
      .sort(worstFirst),
    unread: planned.unread,
  };
}

async function readGround(sources: FleetSources, { bundles }: OverviewMemory) {
  const [stored, { records: statuses }, { records }, planned, entries, { record }, progress] =
    await Promise.all([
      sources.tasks.readTasks(),
      sources.statuses.readStatuses(),
      sources.states.readRecords(),
      readPlanned(sources, bundles),
      sources.settings.readSettings(),
      sources.fleetRecord.readFleet(),
      sources.progress.readProgress(),
    ]);
  const { settings } = parseEntries(entries);
  return { stored, statuses, records, planned, settings, fleet: record.state, progress };
}

type Ground = Awaited<ReturnType<typeof readGround>>;

function listTasks(sources: FleetSources, { stored, statuses, planned }: Ground) {
  const byName = new Map(statuses.map((status) => [status.name, status]));
  const around = {
    fleetRegions: sources.regions.map(({ region }) => region),
    retiredRegions: sources.fleet.retired,
    unreadRegions: planned.unread.map(({ region }) => region),
  };
  return stored.map((item) => {
    const places = planned.tasks.get(item.name) ?? new Map<RegionName, Task>();
    return listTask(item, { ...around, planned: places, status: byName.get(item.name) ?? null });
  });
}

import { parseEntries } from "../../shared/alerting/operators/operators.ts";
import type { Task } from "../../shared/task/task.ts";
import { DAY_MS, type EpochMs, MINUTE_MS, type RegionName } from "../../shared/units.ts";
import { type OverviewTask, overviewTask, worstFirst } from "./overview-task.ts";
import { readPlanned, type UnreadRegion } from "./read-planned.ts";
import { type FleetStatus, fleetStatus } from "./read-status.ts";
import { uptimeOn } from "./read-uptime.ts";
import type { FleetSources } from "./sources.ts";
import { listTask } from "./task-standing.ts";

/** A success is looked for in so many minutes. */
const SUCCESS_MINUTES = 10;

/** How the whole fleet is. */
export interface Overview extends FleetStatus {
  readonly fleet: string;
  readonly regions: readonly RegionName[];
  /** The worst first. */
  readonly tasks: readonly OverviewTask[];
  /** Regions whose plan could not be read. */
  readonly unread: readonly UnreadRegion[];
}

/** Reads how every stored task is, with a bounded number of queries. */
export async function readOverview(sources: FleetSources, nowMs: EpochMs): Promise<Overview> {
  const ground = await readGround(sources);
  const { records, settings, planned } = ground;
  const running = new Map(
    [...planned.tasks].flatMap(([name, places]) => {
      const [task] = places.values();
      return task === undefined ? [] : [[name, task] as const];
    }),
  );
  const tasks = [...running.values()];
  const lastDay = { tasks, fromMs: nowMs - DAY_MS, toMs: nowMs, nowMs };
  const [times, successes] = await Promise.all([
    uptimeOn(sources, { records, settings }, lastDay),
    readSuccesses(sources, ground.progress?.watermarkMs ?? null),
  ]);
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
          succeededAtMs: successes.get(listed.name),
        }),
      )
      .sort(worstFirst),
    unread: planned.unread,
  };
}

/** In which of the last judged minutes tasks had a success last, by name. */
async function readSuccesses(
  { boards }: Pick<FleetSources, "boards">,
  judgedToMs: EpochMs | null,
): Promise<Map<string, EpochMs>> {
  const successes = new Map<string, EpochMs>();
  if (judgedToMs === null) return successes;
  const span = { fromMs: judgedToMs - SUCCESS_MINUTES * MINUTE_MS, toMs: judgedToMs };
  for (const { startMs, rows } of await boards.readBoards(span)) {
    for (const [name, { sampleCount, failedCount }] of rows)
      if (sampleCount > failedCount) successes.set(name, startMs);
  }
  return successes;
}

async function readGround(sources: FleetSources) {
  const [stored, { records: statuses }, { records }, planned, entries, { record }, progress] =
    await Promise.all([
      sources.tasks.readTasks(),
      sources.statuses.readStatuses(),
      sources.states.readRecords(),
      readPlanned(sources),
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
    unreadRegions: planned.unread.map(({ region }) => region),
  };
  return stored.map((item) => {
    const places = planned.tasks.get(item.name) ?? new Map<RegionName, Task>();
    return listTask(item, { ...around, planned: places, status: byName.get(item.name) ?? null });
  });
}

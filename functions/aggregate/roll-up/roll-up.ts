import { DEFAULT_MINUTE_DAYS } from "../../../shared/contract.ts";
import { groupCountOf, SLICES, sliceOf } from "../../../shared/summary/packed/packed.ts";
import { DAY_MS, type EpochMs, HOUR_MS, toIso } from "../../../shared/units.ts";
import { isBusy } from "../../busy.ts";
import { inParallel } from "../../in-parallel.ts";
import type { Progress } from "../../ports/progress-store.ts";
import type { PackedHour, RollUp } from "../../ports/roll-up-store.ts";
import type { AggregateServices } from "../services/services.ts";
import type { FleetView } from "../window/window.ts";
import { beginRollUp, type Closed, dueSlice, isPacked, passHour } from "./next-hours.ts";
import { endOfDay, endsDay, packHour } from "./pack-hour.ts";
import { tasksIn } from "./tasks-of-hour.ts";

const PARALLEL_TASKS = 8;

/** An hour that is packed again is packed at this pace, so that it takes ten minutes. */
const SLICES_AGAIN = 6;

/** What a run knows when it has closed its windows. */
export interface RollUpRun {
  readonly fleet: FleetView;
  readonly progress: Progress;
  /** Names of the tasks of which anything is remembered. */
  readonly remembered: Iterable<string>;
  /** No task is begun at or after this instant. */
  readonly untilMs: EpochMs;
}

/** What a run has packed. */
export interface RolledUp {
  readonly hourCount: number;
  /** What can't be stored, in sentences. */
  readonly faults: readonly string[];
}

/**
 * Packs what is due of the hours that are over, and goes on the next time where the time was too
 * short. It needs no lock: two runs that pack the same do the same.
 */
export async function rollUp(services: AggregateServices, run: RollUpRun): Promise<RolledUp> {
  const closed = { ...run.progress, minuteMs: services.minuteMs ?? DEFAULT_MINUTE_DAYS * DAY_MS };
  const stored = await services.rollUp.readRollUp();
  const packer = new HourPacker(services, run);
  const next = await packUnsettled(
    packer,
    await packCurrent(packer, beginRollUp(stored, closed), closed),
  );
  if (JSON.stringify(next) !== JSON.stringify(stored)) await services.rollUp.writeRollUp(next);
  return packer;
}

async function packCurrent(packer: HourPacker, begun: RollUp, closed: Closed): Promise<RollUp> {
  let at = begun;
  for (;;) {
    const due = dueSlice(at.current, closed);
    if (at.current.slice >= due) return at;
    at = {
      ...at,
      current: await packer.pack(at.current, { due, hasDay: endsDay(at.current.hourMs) }),
    };
    if (at.current.slice < due) return at;
    if (isPacked(at.current)) at = passHour(at, closed);
  }
}

async function packUnsettled(packer: HourPacker, at: RollUp): Promise<RollUp> {
  const unsettled: PackedHour[] = [];
  for (const hour of at.unsettled) {
    const due = Math.min(SLICES, hour.slice + SLICES_AGAIN);
    // Its day is packed already, or in part.
    const hasDay = endOfDay(hour.hourMs) <= at.current.hourMs + HOUR_MS;
    unsettled.push(isPacked(hour) ? hour : await packer.pack(hour, { due, hasDay }));
  }
  return { ...at, unsettled };
}

/** Packs slices of hours while there is time. */
class HourPacker implements RolledUp {
  hourCount = 0;
  readonly faults: string[] = [];
  readonly #services: AggregateServices;
  readonly #run: RollUpRun;

  constructor(services: AggregateServices, run: RollUpRun) {
    this.#services = services;
    this.#run = run;
  }

  /**
   * Packs the slices of an hour up to one, and the rest of the group that its minutes are stored in,
   * with its day or without; returns how far it came.
   */
  async pack(
    hour: PackedHour,
    { due, hasDay }: { readonly due: number; readonly hasDay: boolean },
  ): Promise<PackedHour> {
    const { hourMs } = hour;
    const endMs = hourMs + HOUR_MS;
    // Of a day all tasks are looked at in its last hour, also those that ended before.
    const fromMs = endsDay(hourMs) ? endMs - DAY_MS : hourMs;
    const names = await this.#tasksIn(fromMs, endMs);
    const groupSlices = Math.max(1, SLICES / groupCountOf(names.size));
    const bySlice = Map.groupBy(names, sliceOf);
    let { slice } = hour;
    while (slice < due) {
      const endSlice = groupSlices * (1 + Math.floor(slice / groupSlices));
      const slices = Array.from({ length: endSlice - slice }, (_, i) => slice + i);
      const own = slices.flatMap((one) => bySlice.get(one) ?? []);
      const undone = await this.#packWhileTaken(own, { hourMs, hasDay });
      if (undone !== null) return { ...hour, slice: sliceOf(undone) };
      slice = endSlice;
    }
    return { ...hour, slice };
  }

  async #tasksIn(fromMs: EpochMs, toMs: EpochMs): Promise<Set<string>> {
    const { fleet, remembered } = this.#run;
    return tasksIn(this.#services, fleet, { remembered, interval: { fromMs, toMs } });
  }

  /** As if the time was too short if a table takes no more for now. */
  async #packWhileTaken(
    taskNames: readonly string[],
    period: { readonly hourMs: EpochMs; readonly hasDay: boolean },
  ): Promise<string | null> {
    try {
      return await this.#packTasks(taskNames, period);
    } catch (error) {
      if (!isBusy(error)) throw error;
      this.faults.push(`Hours of ${toIso(period.hourMs)} wait: a table takes no more for now`);
      return taskNames[0] ?? null;
    }
  }

  /** Returns the first task for which the time was too short, or null. */
  async #packTasks(
    taskNames: readonly string[],
    period: { readonly hourMs: EpochMs; readonly hasDay: boolean },
  ): Promise<string | null> {
    if (taskNames.length === 0) return null;
    const { now, summaries } = this.#services;
    if (now() >= this.#run.untilMs) return taskNames[0] ?? null;
    const hours = await summaries.readHourOf(taskNames, period.hourMs);
    const done = await inParallel(taskNames, PARALLEL_TASKS, async (taskName) => {
      if (this.#services.now() >= this.#run.untilMs) return false;
      const minutes = hours.get(taskName) ?? [];
      const fault = await packHour(this.#services, { taskName, minutes, ...period });
      const at = toIso(period.hourMs);
      if (fault === null) this.hourCount++;
      else this.faults.push(`Task ${JSON.stringify(taskName)}: ${fault} (${at})`);
      return true;
    });
    return taskNames[done.indexOf(false)] ?? null;
  }
}

import { parseEntries } from "../../../shared/alerting/operators/operators.ts";
import type { ReadRecords } from "../../ports/state-store.ts";
import type { AggregateServices } from "../services/services.ts";
import type { TaskMemory } from "./task-memory.ts";
import { namesAt } from "./unquiet.ts";

/** What a run reads its memory from. */
type MemorySources = Pick<
  AggregateServices,
  "states" | "fleetRecord" | "settings" | "settingDefaults" | "unquiet"
>;

/** Reads every task's record, and the fleet's. */
export async function readMemory(sources: MemorySources): Promise<TaskMemory> {
  const [list, read] = await Promise.all([
    sources.unquiet.readUnquiet(),
    sources.states.readRecords(),
  ]);
  return memoryWith(sources, list, { read, isWhole: true });
}

/** Reads the records that a look at these tasks needs: theirs and those of unquiet tasks, or all if it is not known which these are. */
export async function readMemoryFor(
  services: MemorySources & Pick<AggregateServices, "progress" | "now" | "aloneFromMs">,
  taskNames: ReadonlySet<string>,
): Promise<TaskMemory> {
  if (services.now() < services.aloneFromMs) return readMemory(services);
  const [list, progress] = await Promise.all([
    services.unquiet.readUnquiet(),
    services.progress.readProgress(),
  ]);
  const others = namesAt(list, progress?.watermarkMs ?? null);
  if (others === null) return readMemory(services);
  const read = await services.states.readRecords(new Set([...taskNames, ...others]));
  return memoryWith(services, list, { read, isWhole: false });
}

/** Reads the records that a memory lacks. */
export async function completeMemory(
  { states }: Pick<AggregateServices, "states">,
  memory: TaskMemory,
): Promise<void> {
  if (memory.extent.isWhole) return;
  remember(memory, await states.readRecords());
  memory.extent.isWhole = true;
}

async function memoryWith(
  { fleetRecord, settings, settingDefaults }: MemorySources,
  list: TaskMemory["unquiet"]["list"],
  { read, isWhole }: { readonly read: ReadRecords; readonly isWhole: boolean },
): Promise<TaskMemory> {
  const [fleet, entries] = await Promise.all([fleetRecord.readFleet(), settings.readSettings()]);
  const { settings: stored } = parseEntries(entries);
  const memory: TaskMemory = {
    records: new Map(),
    extent: { isWhole },
    unquiet: { list },
    fleet: { record: fleet.record },
    damaged: new Set(),
    setAside: new Map(),
    faults: new Set(fleet.faults),
    // The plan step says which of them can't be read.
    settings: { ...stored, fleet: { ...settingDefaults, ...stored.fleet } },
    turns: { count: 0 },
  };
  remember(memory, read);
  return memory;
}

function remember(memory: TaskMemory, { records, damaged, faults = [] }: ReadRecords): void {
  for (const record of records) memory.records.set(record.task.name, record);
  for (const name of damaged) {
    memory.damaged.add(name);
    memory.setAside.set(name, "not judged: its stored state can't be read");
  }
  for (const fault of faults) memory.faults.add(fault);
}

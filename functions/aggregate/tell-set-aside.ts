import { setAsideEvent } from "../../shared/status/status.ts";
import type { TaskMemory } from "./judge/judge.ts";
import type { AggregateServices } from "./services/services.ts";

/** More tasks are only counted in the log line and in the metric. */
const MOST_TOLD = 10;

/**
 * Publishes an event for each of the first tasks that the run has set aside, unless this process has
 * published it within the hour. Returns their sentences.
 */
export async function tellSetAside(
  { fleet, now, bus, toldAside }: AggregateServices,
  { records, setAside }: TaskMemory,
): Promise<string[]> {
  const regions = fleet.regions.map(({ name }) => name).sort();
  const told = [...setAside].slice(0, MOST_TOLD).map(([taskName, reason]) => {
    const problem = `Task ${JSON.stringify(taskName)}: ${reason}`;
    const targetId = records.get(taskName)?.task.targetId ?? null;
    const event = setAsideEvent({ taskName, targetId, problem, regions }, { fleet, nowMs: now() });
    return { problem, event };
  });
  const events = told.map(({ event }) => event).filter(({ id }) => !toldAside.has(id));
  if (events.length > 0) {
    const { delivered } = await bus.publish(events);
    for (const id of delivered) toldAside.add(id);
  }
  return told.map(({ problem }) => problem);
}

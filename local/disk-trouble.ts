import type { EventBus } from "../functions/ports/event-bus.ts";
import { troubleEvent } from "../shared/event/event.ts";
import type { Fleet } from "../shared/plan/plan.ts";
import { DiskReport } from "./disk/disk-report.ts";

/** What the report of a run's disk needs. */
export interface DiskTroubleSetup {
  readonly fleet: Fleet;
  /** The bus of the run; null until there is one. */
  readonly bus: () => EventBus | null;
  readonly note: (sentence: string) => void;
}

/**
 * The report of what the disk of a run can't keep. Its events go the way of all events, but not
 * through the database, which may be what fails.
 */
export function createDiskReport({ fleet, bus, note }: DiskTroubleSetup): DiskReport {
  const { name, home } = fleet;
  return new DiskReport({
    now: Date.now,
    note,
    raise: async (state, summary, sinceMs) => {
      const told = { fleet: name, home, trouble: "disk", state, summary, sinceMs } as const;
      const sent = await bus()?.publish([troubleEvent(told, Date.now())]);
      for (const { code } of sent?.failed ?? []) {
        note(`The event of the disk could not be sent: ${code}`);
      }
    },
  });
}

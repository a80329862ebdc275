import type { DurationMs, EpochMs } from "../../shared/units.ts";
import { deliverPending, type Outbox } from "../outbox/outbox.ts";
import type { FleetRecord } from "../ports/fleet-record-store.ts";
import type { TaskRecord } from "../ports/state-store.ts";
import { storeFleet, storeRecord, type TaskMemory } from "./judge/judge.ts";
import type { AggregateServices } from "./services/services.ts";

/** How long a run waits before it publishes refused events again. */
const RETRY_DELAYS_MS: readonly DurationMs[] = [200, 400, 800];

/** A process that ends between a round and its acknowledgement publishes as many events twice. */
const ROUND_EVENTS = 100;

/** Delivers the pending events of the fleet and the tasks; what the bus refuses stays pending for the next run. */
export async function deliverEvents(
  services: AggregateServices,
  memory: TaskMemory,
  deadlineMs: EpochMs,
  retry: Outbox<EventOwner>["retry"] = { delaysMs: RETRY_DELAYS_MS, sleep: services.sleep },
): Promise<void> {
  const { states, fleetRecord, bus, now } = services;
  await deliverPending<EventOwner>({
    owners: [memory.fleet.record, ...memory.records.values()],
    acknowledge: (owner, pending) =>
      "task" in owner
        ? storeRecord(states, memory, { ...owner, pending })
        : storeFleet(fleetRecord, memory, { ...owner, pending }),
    ...{ bus, now, deadlineMs, retry },
    roundSize: ROUND_EVENTS,
  });
}

type EventOwner = TaskRecord | FleetRecord;

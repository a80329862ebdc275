import type { FleetAlerting } from "../../shared/alerting/alerting.ts";
import type { OutgoingEvent } from "../../shared/event/event.ts";
import type { FleetState } from "../../shared/fleet-health/fleet-health.ts";
import type { RefusedRecord } from "./state-store.ts";

/** What is remembered of the fleet as a whole, and its events that are not delivered or not recorded yet. */
export interface FleetRecord {
  /** One more with every write; 0 if none is stored. */
  readonly version: number;
  readonly state: FleetState;
  /** Storms, and what was told of silences; absent if there never was any. */
  readonly alerting?: FleetAlerting;
  /** Events that the bus has not taken, in order. */
  readonly pending: readonly OutgoingEvent[];
  /** Events that are not in the history, pending or not, in order. */
  readonly unrecorded: readonly OutgoingEvent[];
}

/** The fleet's record as it was read. */
export interface ReadFleetRecord {
  /** A fleet of which nothing is stored, or nothing can be read, begins anew. */
  readonly record: FleetRecord;
  /** What can't be read, in sentences: the record is without it. */
  readonly faults: readonly string[];
}

/** The record of the fleet as a whole: one item. */
export interface FleetRecordStore {
  readFleet(): Promise<ReadFleetRecord>;
  /**
   * Stores the record if version `record.version - 1` is still stored; version 1 if none is, or one
   * whose version can't be read. A record that can't be stored at all is refused with the reason.
   */
  putFleet(record: FleetRecord): Promise<"stored" | "lost" | RefusedRecord>;
}

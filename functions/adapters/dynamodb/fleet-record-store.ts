import { marshall } from "@aws-sdk/util-dynamodb";
import { NO_FLEET_ALERTING, parseFleetAlerting } from "../../../shared/alerting/alerting.ts";
import {
  INITIAL_FLEET,
  parseFleetState,
  printFleetState,
} from "../../../shared/fleet-health/fleet-health.ts";
import { itemSize, MAX_ITEM_BYTES } from "../../../shared/item-size.ts";
import type {
  FleetRecord,
  FleetRecordStore,
  ReadFleetRecord,
} from "../../ports/fleet-record-store.ts";
import { decodeOwed, encodeOwed } from "./owed-events.ts";
import { toPlainItem } from "./plain-item.ts";
import { readList, readText, type StoredItem, storedItem } from "./stored-item.ts";
import { getItem, putVersioned, refusalOf, type TableSetup, whileVersion } from "./table.ts";

/** The key of the fleet's record. */
export const FLEET_KEY = { pk: "fleet", sk: "record" };

/** The fleet's record in the home region's `alerts` table. */
export function createFleetRecordStore(setup: TableSetup): FleetRecordStore {
  return {
    async readFleet() {
      const item = await getItem(setup, FLEET_KEY);
      return item === null ? NO_FLEET : decodeFleet(storedItem("fleet record", toPlainItem(item)));
    },

    async putFleet(record) {
      const item = { ...FLEET_KEY, ...encodeFleet(record) };
      const bytes = itemSize(item);
      if (bytes > MAX_ITEM_BYTES) {
        return { refused: `must be at most ${MAX_ITEM_BYTES} bytes, is ${bytes}` };
      }
      const condition = whileVersion(record.version - 1);
      try {
        return await putVersioned(setup, FLEET_KEY, { item: marshall(item), condition });
      } catch (error) {
        const reason = refusalOf(error);
        if (reason === null) throw error;
        return { refused: `is refused by DynamoDB: ${reason}` };
      }
    },
  };
}

const NO_FLEET: ReadFleetRecord = {
  record: { version: 0, state: INITIAL_FLEET, pending: [], unrecorded: [] },
  faults: [],
};

/** The stored attributes. `state` and `alerting` are JSON. */
function encodeFleet(record: FleetRecord) {
  const { version, state, alerting } = record;
  return {
    version,
    state: printFleetState(state),
    ...(alerting !== undefined && { alerting: JSON.stringify(alerting) }),
    owed: encodeOwed(record),
  };
}

/** What can't be read begins anew, part by part, because the runs go on without it. */
function decodeFleet(item: StoredItem): ReadFleetRecord {
  const faults: string[] = [];
  const orElse = <T>(read: () => T, otherwise: T): T => {
    try {
      return read();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      faults.push(`The fleet's record can't be read and begins anew: ${reason}`);
      return otherwise;
    }
  };
  const { version, alerting: stored } = item.fields;
  const state = orElse(() => parseFleetState(readText(item, "state")), INITIAL_FLEET);
  const readAlerting = () => parseFleetAlerting(readText(item, "alerting"));
  const alerting =
    stored === undefined ? {} : { alerting: orElse(readAlerting, NO_FLEET_ALERTING) };
  const { lost, ...owed } = decodeOwed(orElse(() => readList(item, "owed"), []));
  const dropped = lost.map((reason) => `The fleet: a pending event is dropped: ${reason}`);
  return {
    record: { version: typeof version === "number" ? version : 0, state, ...alerting, ...owed },
    faults: [...faults, ...dropped],
  };
}

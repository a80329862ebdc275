import { marshall } from "@aws-sdk/util-dynamodb";
import { HOUR_MS } from "../../../shared/units.ts";
import type { PackedHour, RollUpStore } from "../../ports/roll-up-store.ts";
import { toPlainItem } from "./plain-item.ts";
import {
  damaged,
  readInstant,
  readInteger,
  readList,
  readText,
  type StoredItem,
  storedItem,
} from "./stored-item.ts";
import { getItem, putItem, type TableSetup } from "./table.ts";

const ROLL_UP_KEY = { pk: "fleet", sk: "roll-up" };

/** One item in the home region's `alerts` table. */
export function createRollUpStore(setup: TableSetup): RollUpStore {
  return {
    async readRollUp() {
      const item = await getItem(setup, ROLL_UP_KEY);
      if (item === null) return null;
      try {
        const stored = storedItem("roll-up", toPlainItem(item));
        const unsettled = readList(stored, "unsettled").map(decodeHour);
        return { current: decodeHour(stored.fields.current), unsettled };
      } catch {
        return null;
      }
    },

    async writeRollUp({ current, unsettled }) {
      const hours = { current: encodeHour(current), unsettled: unsettled.map(encodeHour) };
      await putItem(setup, marshall({ ...ROLL_UP_KEY, ...hours }));
    },
  };
}

function encodeHour({ hourMs, slice, open }: PackedHour) {
  return { hour_ms: hourMs, slice, open };
}

function decodeHour(value: unknown): PackedHour {
  const stored: StoredItem = storedItem("hour of the roll-up", value);
  const hourMs = readInstant(stored, "hour_ms");
  if (hourMs % HOUR_MS !== 0) throw damaged(stored, "hour_ms must begin an hour");
  return { hourMs, slice: readInteger(stored, "slice"), open: readText(stored, "open") };
}

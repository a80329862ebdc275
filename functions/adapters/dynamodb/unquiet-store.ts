import { marshall } from "@aws-sdk/util-dynamodb";
import type { UnquietList, UnquietStore } from "../../ports/unquiet-store.ts";
import { toPlainItem } from "./plain-item.ts";
import { isInteger } from "./stored-item.ts";
import { getItem, putVersioned, type TableSetup, whileVersion } from "./table.ts";

const UNQUIET_KEY = { pk: "fleet", sk: "unquiet" };

/** The list of unquiet tasks in the home region's `alerts` table. */
export function createUnquietStore(setup: TableSetup): UnquietStore {
  return {
    async readUnquiet() {
      const item = await getItem(setup, UNQUIET_KEY);
      return item === null ? NO_LIST : decodeList(toPlainItem(item));
    },

    async putUnquiet({ version, window, taskNames }) {
      const item = {
        ...{ ...UNQUIET_KEY, version },
        ...(window !== null && { from_ms: window.fromMs, to_ms: window.toMs }),
        ...(taskNames !== null && { task_names: taskNames }),
      };
      const condition = whileVersion(version - 1);
      return putVersioned(setup, UNQUIET_KEY, { item: marshall(item), condition });
    },
  };
}

const NO_LIST: UnquietList = { version: 0, window: null, taskNames: null };

/** A part that can't be read is not known, and then all records are read. */
function decodeList(fields: Readonly<Record<string, unknown>>): UnquietList {
  const { version, from_ms: fromMs, to_ms: toMs, task_names: names } = fields;
  const isWindow = isInteger(fromMs) && isInteger(toMs);
  const isNames = Array.isArray(names) && names.every((name) => typeof name === "string");
  return {
    version: isInteger(version) ? version : 0,
    window: isWindow ? { fromMs, toMs } : null,
    taskNames: isNames ? names : null,
  };
}

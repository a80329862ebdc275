import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { entryExpiry, type SettingEntry } from "../../../shared/alerting/operators/operators.ts";
import { TTL_ATTRIBUTE } from "../../../shared/contract.ts";
import type { EpochMs } from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";
import type { AlertingStore } from "../../ports/alerting-store.ts";
import { type BatchSetup, writeBatches } from "./batches.ts";
import { toPlainItem } from "./plain-item.ts";
import { expiryAttribute, isExpired } from "./stored-item.ts";
import { type Item, queryItems } from "./table.ts";

/** All entries are in one partition, so that one query reads them. */
const PARTITION = "settings";

const DELETES_AT_ONCE = 16;
const SHOWN_KEYS = 10;

/** The settings table and the clock that says which entries have expired. */
interface AlertingStoreSetup extends BatchSetup {
  readonly now: () => EpochMs;
}

/** The `settings` table. */
export function createAlertingStore(setup: AlertingStoreSetup): AlertingStore {
  const { client, table, now } = setup;
  return {
    async readSettings() {
      const entries: SettingEntry[] = [];
      const query = { keys: "pk = :pk", values: { ":pk": PARTITION }, consistent: true };
      for await (const item of queryItems(setup, query)) {
        if (!isExpired(item, now())) entries.push(readEntry(item));
      }
      return entries;
    },

    async putSettings(entries) {
      const refused = await writeBatches(setup, entries.map(toItem));
      if (refused.length === 0) return;
      const keys = refused.slice(0, SHOWN_KEYS).map(({ sk }) => JSON.stringify(sk?.S));
      throw new Error(`DynamoDB refuses ${refused.length} settings: ${keys.join(", ")}`);
    },

    async deleteSettings(keys) {
      await inParallel(keys, DELETES_AT_ONCE, (key) =>
        client.send(new DeleteItemCommand({ TableName: table, Key: marshall(keyOf(key)) })),
      );
    },
  };
}

function keyOf(key: string): { pk: string; sk: string } {
  return { pk: PARTITION, sk: key };
}

function toItem(entry: SettingEntry): Item {
  const expiresAtMs = entryExpiry(entry);
  return {
    ...marshall({ ...entry.fields, ...keyOf(entry.key) }),
    ...(expiresAtMs !== null && expiryAttribute(expiresAtMs)),
  };
}

function readEntry(item: Item): SettingEntry {
  const { pk: _, sk, [TTL_ATTRIBUTE]: __, ...fields } = toPlainItem(item);
  return { key: String(sk), fields };
}

import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { decodeBundle, encodeBundle } from "../../../shared/plan/plan.ts";
import type { EpochMs } from "../../../shared/units.ts";
import type { PlanStore } from "../../ports/plan-store.ts";
import { decodeManifest, encodeManifest } from "./manifest-item.ts";
import type { Item } from "./query-pages.ts";
import { bytesOf, expiryAttribute, expiryOf, isExpired } from "./stored-item.ts";

/** DynamoDB takes items of up to 400 KB; a bundle above this is stored in parts. */
const MAX_PART_BYTES = 350 * 1_024;

export interface PlanStoreSetup {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly now: () => EpochMs;
}

/** A region's `plans` table: `manifest`, `bundle#<hash>`, and `bundle#<hash>#<n>` for its parts. */
export function createPlanStore(setup: PlanStoreSetup): PlanStore {
  const { client, table } = setup;
  const read = (pk: string) => readItem(setup, pk);
  const put = (Item: Item) => client.send(new PutItemCommand({ TableName: table, Item }));

  return {
    async readManifest() {
      const item = await read("manifest");
      return item === null ? null : decodeManifest(unmarshall(item));
    },

    async writeManifest(manifest) {
      await put(marshall({ pk: "manifest", ...encodeManifest(manifest) }));
    },

    async readBundle(hash) {
      const head = await read(bundleKey(hash));
      if (head === null) return null;
      const parts = [bytesOf(head, "bundle")];
      for (let i = 1; i < Number(head.parts?.N ?? 1); i++) {
        const part = await read(bundleKey(hash, i));
        if (part === null) return null;
        parts.push(bytesOf(part, "bundle"));
      }
      return decodeBundle(Buffer.concat(parts), hash);
    },

    async readBundleExpiry(hash) {
      const item = await read(bundleKey(hash));
      return item === null ? null : expiryOf(item);
    },

    async writeBundle(hash, bundle, expiresAtMs) {
      const encoded = encodeBundle(bundle);
      if (encoded.hash !== hash) throw new Error(`Bundle has hash ${encoded.hash}, not ${hash}`);
      const parts = cutBytes(encoded.bytes);
      const tail = { parts: { N: String(parts.length) }, ...expiryAttribute(expiresAtMs) };
      // The head goes last: a reader that finds it finds them all.
      for (const [i, bytes] of [...parts.entries()].reverse()) {
        await put({ pk: { S: bundleKey(hash, i) }, bundle: { B: bytes }, ...tail });
      }
    },
  };
}

function bundleKey(hash: string, part = 0): string {
  return part === 0 ? `bundle#${hash}` : `bundle#${hash}#${part}`;
}

async function readItem(setup: PlanStoreSetup, pk: string): Promise<Item | null> {
  const { Item } = await setup.client.send(
    new GetItemCommand({ TableName: setup.table, Key: { pk: { S: pk } }, ConsistentRead: true }),
  );
  return Item === undefined || isExpired(Item, setup.now()) ? null : Item;
}

function cutBytes(bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += MAX_PART_BYTES) {
    parts.push(bytes.subarray(at, at + MAX_PART_BYTES));
  }
  return parts;
}

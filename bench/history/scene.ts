import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { localClient, startDatabasePatiently } from "../../local/aws/database.ts";
import { DEFAULT_REGIONS, localFleet } from "../../local/aws/local-fleet.ts";
import { ACCESS_KEY } from "../../local/aws/runtime-file.ts";

/** How much past is stored, and where. */
export interface Scene {
  readonly dir: string;
  readonly days: number;
  /** The last of them are minutes too, and boards. */
  readonly hotDays: number;
  readonly tasks: number;
}

/** The instant at which everything is read: a midnight. */
export const NOW_MS = Date.UTC(2026, 0, 5);

export const FLEET = localFleet(DEFAULT_REGIONS, 1);

/** As it is handed to a process of the bench. */
export function sceneOf(text: string | undefined): Scene {
  return JSON.parse(text ?? "");
}

export function taskName(i: number): string {
  return `orders-service-postgresql-${i}`;
}

/** The embedded database as the local fleet opens it: in a thread of its own. */
export async function openDatabase(
  dir: string,
): Promise<{ readonly client: DynamoDBClient; close(): Promise<void> }> {
  const disk = { failed: complain, worked: () => undefined };
  const server = await startDatabasePatiently({ dir, accessKey: ACCESS_KEY, warn: complain, disk });
  const client = localClient(server.endpoint, FLEET.home, ACCESS_KEY);
  return {
    client,
    close: async () => {
      client.destroy();
      await server.close();
    },
  };
}

function complain(...words: readonly unknown[]): void {
  process.stderr.write(`${words.map(String).join(" ")}\n`);
}

import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import {
  type HomeTable,
  homeTableName,
  NUMBER_KEYS,
  type RegionTable,
  regionTableName,
  TABLE_KEYS,
} from "../../shared/contract.ts";
import type { Fleet } from "../../shared/plan/plan.ts";

const HOME_TABLES: readonly HomeTable[] = [
  "tasks",
  "settings",
  "task-status",
  "summaries",
  "alerts",
];
const REGION_TABLES: readonly RegionTable[] = ["plans", "results"];

const CREATION_PATIENCE = 10;
const CREATION_POLL_MS = 50;

interface NamedTable {
  readonly name: string;
  readonly table: HomeTable | RegionTable;
}

/** Every table of a fleet: those of home and those of each region. */
export function tablesOf(fleet: Fleet): NamedTable[] {
  const home = HOME_TABLES.map((table) => ({ name: homeTableName(fleet.name, table), table }));
  const regions = fleet.regions.flatMap(({ name: region }) =>
    REGION_TABLES.map((table) => ({ name: regionTableName(fleet.name, table, region), table })),
  );
  return [...home, ...regions];
}

/** Creates the tables that do not exist; resolves when all can be used. */
export async function createTables(client: DynamoDBClient, fleet: Fleet): Promise<void> {
  for (const table of tablesOf(fleet)) {
    if ((await statusOf(client, table.name)) === null) await create(client, table);
    await becomesActive(client, table.name);
  }
}

async function statusOf(client: DynamoDBClient, name: string): Promise<string | null> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    return Table?.TableStatus ?? null;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

async function create(client: DynamoDBClient, { name, table }: NamedTable): Promise<void> {
  const keys = TABLE_KEYS[table];
  const command = new CreateTableCommand({
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: keys.map((key, i) => ({ AttributeName: key, KeyType: i === 0 ? "HASH" : "RANGE" })),
    AttributeDefinitions: keys.map((key) => ({
      AttributeName: key,
      AttributeType: NUMBER_KEYS.includes(key) ? "N" : "S",
    })),
  });
  try {
    await client.send(command);
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}

async function becomesActive(client: DynamoDBClient, name: string): Promise<void> {
  for (let i = 0; i < CREATION_PATIENCE; i++) {
    if ((await statusOf(client, name)) !== "CREATING") return;
    await sleep(CREATION_POLL_MS);
  }
  await freeFromCreating(client, name);
}

/**
 * A kill between dynalite's two writes leaves a table in CREATING forever, where it can be neither
 * used nor deleted. After any update it is ACTIVE.
 */
async function freeFromCreating(client: DynamoDBClient, name: string): Promise<void> {
  await client.send(
    new UpdateTableCommand({
      TableName: name,
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    }),
  );
}

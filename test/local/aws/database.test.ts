import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  paginateScan,
} from "@aws-sdk/client-dynamodb";
import { createTables, tablesOf } from "../../../local/aws/create-tables.ts";
import { DataInUseError, localClient, startDatabase } from "../../../local/aws/database.ts";
import { openLocalData } from "../../../local/aws/local-data.ts";
import { defaultFleet, localFleet } from "../../../local/aws/local-fleet.ts";
import { isAlive, readRuntime, rememberRuntime } from "../../../local/aws/runtime-file.ts";
import { newAccessKey } from "../../../local/guard/access-key.ts";

const FLEET = defaultFleet();

const ACCESS_KEY = newAccessKey();

function fail(sentence: string): void {
  throw new Error(sentence);
}

const DISK = {
  failed: (_what: string, error: unknown) => fail(String(error)),
  worked: () => undefined,
};

/** Opens the data as a fleet and writes task after task until it is killed. */
const WRITER = new URL("./write-forever.ts", import.meta.url);

interface JsonStore {
  get(key: string): Promise<{ TableStatus: string }>;
  put(key: string, value: object): Promise<void>;
  close(): Promise<void>;
}

/** Changes a table's status in the store of dynalite. */
async function overwriteTableStatus(path: string, table: string, TableStatus: string) {
  const { Level }: { Level: new (path: string, options: object) => JsonStore } = createRequire(
    import.meta.resolve("dynalite"),
  )("level");
  const store = new Level(path, { valueEncoding: "json" });
  const key = `table~${table}`;
  await store.put(key, { ...(await store.get(key)), TableStatus });
  await store.close();
}

describe("the embedded database", () => {
  let dir = "";
  let children: ChildProcess[] = [];

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "synfleet-"));
    children = [];
  });
  afterEach(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(dir, { recursive: true, force: true });
  });

  /** Starts the writer and waits for its first item. */
  async function startWriter() {
    const child = spawn(process.execPath, [fileURLToPath(WRITER), dir], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const written: string[] = [];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      written.push(...text.split("\n").filter((line) => line !== ""));
    });
    await once(child.stdout, "data");
    return { child, written };
  }

  test("has every table of the fleet, ready for use", async () => {
    const database = await openLocalData(dir);
    for (const { name } of tablesOf(FLEET)) {
      const { Table } = await database.client.send(new DescribeTableCommand({ TableName: name }));
      assert.equal(Table?.TableStatus, "ACTIVE", name);
    }
    assert.equal(tablesOf(FLEET).length, 11);
    await database.close();
  });

  test("keeps items after it is closed and opened again", async () => {
    const first = await openLocalData(dir);
    const item = { name: { S: "t1" } };
    await first.client.send(new PutItemCommand({ TableName: "local-tasks", Item: item }));
    await first.close();
    const second = await openLocalData(dir);
    const found = await second.client.send(
      new GetItemCommand({ TableName: "local-tasks", Key: item }),
    );
    assert.deepEqual(found.Item, item);
    await second.close();
    assert.equal(readRuntime(dir), null);
  });

  test("has every acknowledged item after its process is killed", async () => {
    const { child, written } = await startWriter();
    child.kill("SIGKILL");
    await once(child, "close");
    assert.equal(readRuntime(dir)?.role, "fleet");
    const database = await openLocalData(dir);
    const names = new Set<string | undefined>();
    const pages = paginateScan({ client: database.client }, { TableName: "local-tasks" });
    for await (const page of pages) for (const item of page.Items ?? []) names.add(item.name?.S);
    for (const name of written) assert.ok(names.has(name), `${name} is lost`);
    await database.close();
  });

  test("serves a command while the fleet runs, and refuses a second owner with the process id of the first", async () => {
    const { child } = await startWriter();
    const command = await openLocalData(dir);
    assert.equal(command.endpoint, readRuntime(dir)?.database);
    const task = { TableName: "local-tasks", Key: { name: { S: "t0" } } };
    assert.notEqual((await command.client.send(new GetItemCommand(task))).Item, undefined);
    await command.close();
    const expected = new DataInUseError(
      `The data in ${dir} is in use by process ${child.pid}. Stop it, or choose another folder with --data.`,
    );
    await assert.rejects(
      startDatabase({ dir, accessKey: ACCESS_KEY, warn: fail, disk: DISK }),
      expected,
    );
  });

  test("opens at once what a killed fleet left, although its process id is another one's now", async () => {
    const { child } = await startWriter();
    child.kill("SIGKILL");
    await once(child, "close");
    const runtime = JSON.parse(readFileSync(join(dir, "runtime.json"), "utf8"));
    writeFileSync(join(dir, "runtime.json"), JSON.stringify({ ...runtime, pid: process.pid }));
    const database = await openLocalData(dir);
    assert.notEqual(database.endpoint, runtime.database);
    await database.close();
  });

  test("says which process does not answer if the fleet is frozen", async () => {
    const { child } = await startWriter();
    child.kill("SIGSTOP");
    const expected = new DataInUseError(
      `The fleet on ${dir} (process ${child.pid}) does not answer. If it is stopped, let it go on with kill -CONT ${child.pid}, or end it with kill -KILL ${child.pid}.`,
    );
    await assert.rejects(openLocalData(dir), expected);
    child.kill("SIGCONT");
    await (await openLocalData(dir)).close();
  });

  test("serves one of two simultaneous commands after the other", async () => {
    const [a, b] = [openLocalData(dir), openLocalData(dir)];
    const first = await Promise.race([a, b]);
    await first.close();
    const second = (await a) === first ? await b : await a;
    await second.client.send(new DescribeTableCommand({ TableName: "local-tasks" }));
    await second.close();
  });

  test("remembers the fleet that ran last", async () => {
    const fleet = localFleet(["here"], 2);
    rememberRuntime(dir, { role: "fleet", database: "http://127.0.0.1:1", events: null, fleet });
    const runtime = JSON.parse(readFileSync(join(dir, "runtime.json"), "utf8"));
    assert.equal(runtime.pid, process.pid);
    rmSync(join(dir, "runtime.json"));
    const database = await openLocalData(dir);
    assert.deepEqual(database.fleet, fleet);
    await database.close();
  });

  test("repairs a table that a kill left in CREATING", async () => {
    const server = await startDatabase({ dir, accessKey: ACCESS_KEY, warn: fail, disk: DISK });
    const client = localClient(server.endpoint, FLEET.home, ACCESS_KEY);
    const name = "local-results-eu-west-1";
    await createTables(client, FLEET);
    await server.close();
    await overwriteTableStatus(join(dir, "database"), name, "CREATING");
    const again = await startDatabase({ dir, accessKey: ACCESS_KEY, warn: fail, disk: DISK });
    const other = localClient(again.endpoint, FLEET.home, ACCESS_KEY);
    const item = { pk: { S: "p" }, sk: { S: "s" } };
    const put = new PutItemCommand({ TableName: name, Item: item });
    await assert.rejects(other.send(put), { name: "ResourceNotFoundException" });
    await createTables(other, FLEET);
    await other.send(put);
    await again.close();
  });
});

test("isAlive is true for a running process only", () => {
  assert.equal(isAlive(process.pid), true);
  assert.equal(isAlive(2 ** 22 + 1), false);
});

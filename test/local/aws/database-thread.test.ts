import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { createTables } from "../../../local/aws/create-tables.ts";
import { localClient, startDatabase } from "../../../local/aws/database.ts";
import { DatabaseThread, LockedError } from "../../../local/aws/database-thread.ts";
import { defaultFleet } from "../../../local/aws/local-fleet.ts";

const FRAGILE = new URL("./fragile-worker.ts", import.meta.url);
const NOTHING = new Uint8Array();
const STARTED_AGAIN = "The thread of the database was started again.";

let dir = "";
let warnings: string[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "synfleet-"));
  warnings = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const disk = {
  failed: (what: string, error: unknown) => void warnings.push(`${what}: ${error}`),
  worked: (what: string) => void warnings.push(`${what} works`),
};
const warn = (sentence: string) => void warnings.push(sentence);

describe("DatabaseThread", { timeout: 60_000 }, () => {
  const start = () => DatabaseThread.start({ dir, warn, disk, script: FRAGILE });
  const ask = (thread: DatabaseThread, target: string) =>
    thread.run(target, NOTHING, new AbortController().signal);

  for (const ending of ["throw", "exit"]) {
    test(`makes the requests of a thread that ends by ${ending} again on a new one`, async () => {
      const thread = await start();
      const before = await ask(thread, "fine");
      const lost = ask(thread, ending);
      const behind = ask(thread, "fine");
      const after = await behind;
      assert.equal(after.status, 200);
      assert.notEqual(after.body, before.body);
      // The request that ends every thread is given up after the second.
      assert.equal((await lost).status, 500);
      assert.equal((await ask(thread, "fine")).status, 200);
      assert.ok(warnings.includes(STARTED_AGAIN));
      if (ending === "throw") {
        assert.ok(warnings.includes("The thread of the database failed: TypeError: poison"));
      }
      await thread.close();
    });
  }

  test("does not make a request whose client is gone on a new thread", async () => {
    const thread = await start();
    const client = new AbortController();
    const gone = thread.run("throw", NOTHING, client.signal);
    client.abort();
    // Who closes the server waits for it, so that it must have an end.
    assert.equal((await gone).status, 500);
    assert.equal((await ask(thread, "fine")).status, 200);
    assert.equal((await ask(thread, "fine")).status, 200);
    assert.equal(warnings.filter((sentence) => sentence.includes("failed")).length, 1);
    await thread.close();
  });

  test("answers what waits when it is closed", async () => {
    const thread = await start();
    const waiting = ask(thread, "hang");
    await thread.close();
    assert.equal((await waiting).status, 500);
    assert.equal((await ask(thread, "fine")).status, 500);
    assert.deepEqual(warnings, []);
  });

  test("ends a thread that is just started again when it is closed", async () => {
    const thread = await start();
    assert.equal((await ask(thread, "throw")).status, 500);
    await thread.close();
    assert.equal(warnings.at(-1), STARTED_AGAIN);
    assert.equal(warnings.filter((sentence) => sentence === STARTED_AGAIN).length, 2);
  });

  test("says that another process has the data", async () => {
    const setup = { dir: join(dir, "locked"), warn, disk, script: FRAGILE };
    await assert.rejects(DatabaseThread.start(setup), LockedError);
  });
});

test("startDatabase keeps every acknowledged item while its thread ends again and again", {
  timeout: 120_000,
}, async (t) => {
  const fleet = defaultFleet();
  const accessKey = "k1";
  const server = await startDatabase({ dir, accessKey, warn, disk });
  const client = localClient(server.endpoint, fleet.home, accessKey);
  t.after(async () => {
    client.destroy();
    await server.close();
  });
  await createTables(client, fleet);
  const TableName = "local-tasks";
  const names = Array.from({ length: 300 }, (_, i) => `t${i}`);
  const put = async (name: string, i: number) => {
    if (i % 100 === 50) server.reopen();
    for (;;) {
      const put = client.send(new PutItemCommand({ TableName, Item: { name: { S: name } } }));
      // A slow machine may need longer for a new thread than the client is patient.
      if (await put.then(() => true, isOutage)) return;
    }
  };
  for (let i = 0; i < names.length; i += 10) {
    await Promise.all(names.slice(i, i + 10).map((name, j) => put(name, i + j)));
  }
  for (const name of names) {
    const { Item } = await client.send(
      new GetItemCommand({ TableName, Key: { name: { S: name } }, ConsistentRead: true }),
    );
    assert.deepEqual(Item, { name: { S: name } });
  }
  const failed = "The thread of the database failed: Error: it was told to fail";
  assert.deepEqual(warnings, [failed, STARTED_AGAIN, failed, STARTED_AGAIN, failed, STARTED_AGAIN]);
});

test("startDatabase keeps LevelDB's addon loaded when its thread has ended", async () => {
  const server = await startDatabase({ dir, accessKey: "k1", warn, disk });
  await server.close();
  const report: object = process.report.getReport();
  const loaded: unknown = Reflect.get(report, "sharedObjects");
  assert.ok(Array.isArray(loaded));
  assert.ok(loaded.some((file) => String(file).includes("classic-level")));
});

function isOutage(error: Error): false {
  assert.equal(error.name, "InternalServerError");
  return false;
}

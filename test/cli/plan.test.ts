import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { homeTableName } from "../../shared/contract.ts";
import { startTestFleet, type TestFleet, userTask } from "./local-fleet.ts";

describe("plan", () => {
  let fleet: TestFleet;
  before(async () => {
    fleet = await startTestFleet();
  });
  after(() => fleet.close());

  async function states(): Promise<Record<string, string>> {
    const { out } = await fleet.run("tasks", "list", "--json");
    const tasks = out.map((line) => JSON.parse(line));
    return Object.fromEntries(tasks.map(({ name, state }) => [name, state]));
  }

  test("plan plans the stored tasks, and tasks list shows their states", async () => {
    const tasks = [
      userTask("ssh"),
      userTask("mail", { host: "192.0.2.1:25" }),
      userTask("off", { enabled: false }),
    ];
    await fleet.run("tasks", "apply", fleet.writeTasks(...tasks));
    assert.deepEqual(await states(), { ssh: "waiting", mail: "waiting", off: "disabled" });
    const said = await fleet.run("plan");
    assert.equal(said.code, 0);
    assert.deepEqual(said.out, ["3 tasks planned for 2 regions: 0 invalid, 1 unsupported."]);
    assert.deepEqual(await states(), { ssh: "planned", mail: "unsupported", off: "disabled" });
    const { out } = await fleet.run("tasks", "list");
    assert.match(out.join("\n"), /Task "mail": not supported in eu-west-1: TCP port 25 is blocked/);
  });

  test("plan refuses to drop most tasks unless forced", async () => {
    const many = ["a", "b", "c"].map((name) => userTask(name));
    await fleet.run("tasks", "apply", "--yes", fleet.writeTasks(...many));
    await fleet.run("plan", "--force");
    await fleet.run("tasks", "apply", "--yes", fleet.writeTasks(userTask("a")));
    const refused = await fleet.run("plan");
    assert.equal(refused.code, 1);
    assert.match(refused.error.join(), /^refused {2}The plan would drop 2 of 3 running tasks/);
    assert.match((await fleet.run("tasks", "list")).error.join(), /would drop 2 of 3/);
    assert.equal((await fleet.run("plan", "--force")).code, 0);
    assert.deepEqual(await states(), { a: "planned" });
  });

  test("tasks list escapes terminal commands in a stored name", async () => {
    const evil = "a\u001b[2J\u009b31m\u202eb";
    const TableName = homeTableName(fleet.open.fleet.name, "tasks");
    const client = fleet.open.clientFor(fleet.open.fleet.home);
    await client.send(new PutItemCommand({ TableName, Item: { name: { S: evil } } }));
    const { out } = await fleet.run("tasks", "list");
    assert.match(out.join("\n"), /^a\\u001b\[2J\\u009b31m\\u202eb /m);
    const removal = await fleet.run("tasks", "apply", "--dry-run", fleet.writeTasks(userTask("a")));
    assert.match(removal.out.join("\n"), /^- "a\\u001b\[2J\\u009b31m\\u202eb"$/m);
    await client.send(new DeleteItemCommand({ TableName, Key: { name: { S: evil } } }));
  });

  test("tasks list reports a status that it can't read, and lists every task", async () => {
    const client = fleet.open.clientFor(fleet.open.fleet.home);
    const TableName = homeTableName(fleet.open.fleet.name, "task-status");
    const Item = { name: { S: "a" }, status: { S: "paused" }, version: { N: "3" } };
    await client.send(new PutItemCommand({ TableName, Item }));
    for (const words of [[], ["--json"]]) {
      const { code, out, error } = await fleet.run("tasks", "list", ...words);
      assert.equal(code, 0);
      assert.match(out.join("\n"), /\ba\b/);
      assert.deepEqual(error, [
        'status  Status of "a" is "paused", which this version does not know',
      ]);
    }
    await client.send(new DeleteItemCommand({ TableName, Key: { name: { S: "a" } } }));
  });

  test("plan --json is one document with the run's metrics", async () => {
    const { out } = await fleet.run("plan", "--json");
    assert.equal(JSON.parse(out.join("\n")).metrics.Tasks, 1);
  });
});

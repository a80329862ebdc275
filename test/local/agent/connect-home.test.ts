import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { connectHome, connectTables } from "../../../local/agent/connect-home.ts";
import { findLocalHome, openLocalHome } from "../../../local/agent/local-home.ts";
import { pointToFleet } from "../../../local/aws/local-data.ts";
import { localFleet } from "../../../local/aws/local-fleet.ts";
import { forgetRuntime, rememberRuntime } from "../../../local/aws/runtime-file.ts";
import { ENV } from "../../../shared/contract.ts";

const before = { ...process.env };
after(() => {
  process.env = before;
});

/** A fleet of which only is known who asked what of it. */
async function startHome(accessKeyId: string) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const key = /Credential=([^/]+)/.exec(request.headers.authorization ?? "")?.[1];
    asked.push(`${request.url} by ${key}`);
    response.writeHead(request.url === "/" ? 200 : 202).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => server.close().closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId, secretAccessKey: "local" };
  const fleet = localFleet(["eu-west-1"], 1, ["office"]);
  return { asked, running: { fleet, database: url, functions: url, page: null, credentials } };
}

test("an agent's tables and hints go to a fleet's next start, with its key", async () => {
  const [first, next] = [await startHome("first"), await startHome("next")];
  pointToFleet(first.running);
  const environment = { [ENV.fleet]: "local", [ENV.home]: "eu-west-1" };
  const setup = { home: "eu-west-1", environment, stop: new AbortController().signal };
  const tables = connectTables({ ...setup, findHome: async () => undefined });
  const { hint } = connectHome(setup);
  const ask = async () => {
    await tables.send(new ListTablesCommand({}));
    await hint({ region: "office", shard: 0, atMs: 0 });
  };
  await ask();
  pointToFleet(next.running);
  await ask();
  const invoke = "/2015-03-31/functions/local-aggregate/invocations";
  assert.deepEqual(first.asked, ["/ by first", `${invoke} by first`]);
  assert.deepEqual(next.asked, ["/ by next", `${invoke} by next`]);
  tables.destroy();
});

test("an agent waits for a fleet on this machine, and goes on by what it knows of one that ran there", async () => {
  const dir = await mkdtemp(join(tmpdir(), "synfleet-local-home-"));
  after(() => rm(dir, { recursive: true }));
  const told: string[] = [];
  const stop = new AbortController();
  const open = (location: string, sleep: () => Promise<void> = async () => undefined) =>
    openLocalHome({
      dir,
      location,
      sleep,
      stop: stop.signal,
      noFleet: () => told.push("no fleet"),
    });
  const { running } = await startHome("first");
  const start = (fleet = running.fleet) => {
    const { database } = running;
    rememberRuntime(dir, { role: "fleet", database, events: null, functions: database, fleet });
  };
  const found = await open("office", async () => start());
  assert.deepEqual(
    [found?.own.name, found?.fleet.home, told],
    ["office", "eu-west-1", ["no fleet"]],
  );
  assert.equal(process.env.AWS_ENDPOINT_URL_DYNAMODB, running.database);
  await assert.rejects(open("attic"), {
    name: "UnknownAgentError",
    message: /^The fleet on .* has no agent attic: npm start -- --agents NAME\.$/,
  });
  forgetRuntime(dir);
  const known = await open("office", () => assert.fail("it has not to wait"));
  assert.equal(known?.own.name, "office");
  assert.equal(process.env.AWS_ENDPOINT_URL_DYNAMODB, "http://127.0.0.1:9");
  assert.equal(process.env.AWS_ENDPOINT_URL_LAMBDA, "http://127.0.0.1:9");
  start();
  await findLocalHome(dir, "office");
  assert.equal(process.env.AWS_ENDPOINT_URL_DYNAMODB, running.database);
  forgetRuntime(dir);
  assert.equal(await open("attic", async () => stop.abort()), null);
});

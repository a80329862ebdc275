import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it, type TestContext } from "node:test";
import { inspect } from "node:util";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { openHomeStores, openRegionStores } from "../../../functions/adapters/dynamodb/dynamodb.ts";
import { aggregateWindows } from "../../../functions/aggregate/aggregate.ts";
import { connectServices } from "../../../functions/aggregate/connect-services.ts";
import { localFleet } from "../../../local/aws/local-fleet.ts";
import { functionEnvironment } from "../../../local/fleet/fleet-workers.ts";
import { FunctionWorker } from "../../../local/fleet/function-worker.ts";
import { ENV, homeTableName, regionTableName } from "../../../shared/contract.ts";
import { draftPlan } from "../../../shared/plan/plan.ts";
import type { ProbeResult } from "../../../shared/result/result.ts";
import { slotsOfTerm } from "../../../shared/slot/slot.ts";
import { parseTask, type Task } from "../../../shared/task/task.ts";
import { MINUTE_MS, startOfMinute } from "../../../shared/units.ts";
import { type Embedded, startEmbedded } from "../../embedded.ts";
import { certify } from "../../fakes/certificates.ts";
import { FakeEventBus } from "../../fakes/task-stores.ts";
import { startRawServer, startTlsServer } from "../../fakes/tls-server.ts";

const FLEET = localFleet(["here"], 1);
const TOKEN = "MARKER-5f0c9d1e-token";

const root = certify({ commonName: "Root", isCa: true });
const own = certify({ issuer: root });
const client = certify({ commonName: "client", names: null, issuer: root });

/** What must be found nowhere: the token in whatever form, and each line of the key. */
const MARKERS = [
  TOKEN,
  Buffer.from(TOKEN).toString("base64").slice(0, 24),
  Buffer.from(TOKEN).toString("hex"),
  ...client.keyPem.split("\n").filter((line) => line.length > 30 && !line.includes("-----")),
];

/** Says again what it was told, as a hostile server may, before TLS and behind it. */
const ECHO = (socket: NodeJS.ReadWriteStream) =>
  socket.on("data", (bytes: Buffer) => socket.write(`ERR ${String(bytes).trim()} is wrong\r\n`));

/** A task whose slot is among the first of its lease term, so that the test does not wait. */
function anEarlyTask(label: string, fields: object): Task {
  for (let i = 0; i < 100_000; i++) {
    const alert = { recheck_seconds: false };
    const times = { schedule_seconds: 60, timeout_seconds: 4 };
    const raw = { name: `${label} ${i}`, ...times, alert, ...fields };
    const { task, problems } = parseTask(raw);
    assert.deepEqual(problems ?? [], []);
    if (task !== undefined && isEarly(task)) return task;
  }
  return assert.fail("no name has an early slot");
}

function isEarly(task: Task): boolean {
  return draftPlan(FLEET, [task], 0).every(({ manifest }) => {
    const term = { fromMs: 0, toMs: MINUTE_MS };
    const [slot = MINUTE_MS] = slotsOfTerm(task, manifest, term);
    return slot > 300 && slot < 2_000;
  });
}

describe("private material of tasks", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "synfleet-private-"));
  let embedded: Embedded;
  let environment: Record<string, string>;
  before(async () => {
    embedded = await startEmbedded(FLEET);
    const { endpoint } = embedded;
    const endpoints = { database: endpoint, events: endpoint, functions: endpoint };
    environment = {
      ...functionEnvironment(FLEET, "here", { ...endpoints, accessKey: "test" }),
      [ENV.hints]: "off",
    };
    Object.assign(process.env, environment);
  });
  after(async () => {
    await embedded.close();
    rmSync(folder, { recursive: true });
  });

  function write(name: string, text: string): string {
    writeFileSync(join(folder, name), text);
    return `file:${join(folder, name)}`;
  }

  async function makeTasks(t: TestContext): Promise<Task[]> {
    const token = write("token", `${TOKEN}\n`);
    const tls = {
      ...{ mode: "strict", server_name: "localhost", ca: root.pem },
      client_certificate: write("cert.pem", client.pem),
      client_key: write("key.pem", client.keyPem),
    };
    const demands = { cert: own.pem, key: own.keyPem, requestCert: true, ca: root.pem };
    const secure = await startTlsServer(t, demands, (socket) => void ECHO(socket));
    const plain = await startRawServer(t, (socket) => void ECHO(socket));
    const saying = { send: `AUTH \${${token}}\r\n`, phase: "auth" };
    const dialogues = [
      [saying, { expect: "^OK" }],
      [saying, { reject: "is wrong" }, { expect: "never" }],
      [saying, { expect: "(?P<said>.*) is wrong" }],
      [{ ...saying, send: `\${${write("none", "").replace("none", "missing")}}` }],
    ];
    return [
      anEarlyTask("secure", { host: `127.0.0.1:${secure}`, tls }),
      ...dialogues.map((dialogue, i) =>
        anEarlyTask(`plain ${i}`, { host: `127.0.0.1:${plain}`, dialogue }),
      ),
    ];
  }

  async function planAndProbe(): Promise<string> {
    let said = "";
    const worker = await FunctionWorker.start({
      ...{ label: "here", names: ["plan", "probe"], env: environment },
      channels: ["synfleet:result"],
      onAnnounced: (_, messages) => {
        said += inspect(messages, { depth: 20 });
      },
      onOutput: (text) => {
        said += text;
      },
      warn: (sentence) => {
        said += sentence;
      },
    });
    await worker.invoke("plan", { force: true });
    await worker.invoke("probe", { shard: 0 });
    await worker.close();
    return said;
  }

  async function resultsOf(): Promise<readonly ProbeResult[]> {
    const place = { client: embedded.client, region: "here" };
    const { chunks } = openRegionStores({ ...place, fleet: FLEET.name });
    const nowMs = Date.now();
    const span = { fromMs: nowMs - 3 * MINUTE_MS, toMs: nowMs + MINUTE_MS };
    return (await chunks.readChunks(0, span)).chunks.flatMap(({ results }) => results);
  }

  /** Every item of every table, bytes as they are and as text. */
  async function storedText(): Promise<string> {
    const home = ["tasks", "settings", "task-status", "summaries", "alerts"] as const;
    const names = [
      ...home.map((table) => homeTableName(FLEET.name, table)),
      ...(["plans", "results"] as const).map((table) => regionTableName(FLEET.name, table, "here")),
    ];
    const scans = names.map((TableName) => embedded.client.send(new ScanCommand({ TableName })));
    const items = (await Promise.all(scans)).flatMap(({ Items }) => Items ?? []);
    return JSON.stringify(items, (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value,
    );
  }

  it("is used by checks, and found in nothing that is written, said or published", async (t) => {
    const tasks = await makeTasks(t);
    const { tasks: store } = openHomeStores({ client: embedded.client, fleet: FLEET.name });
    await store.putTasks(tasks);
    const told: unknown[] = [];
    const bus = new FakeEventBus();
    const log = (line: unknown) => void told.push(line);
    told.push(await planAndProbe());
    const results = await resultsOf();
    const firstMs = Math.min(...results.map(({ slotAtMs }) => slotAtMs));
    const home = connectServices(environment);
    for (const nowMs of [0, MINUTE_MS + 30_000]) {
      const now = () => startOfMinute(firstMs) + nowMs;
      await aggregateWindows({ ...home, bus, log, now });
    }
    const outcomes = new Set(results.map(({ outcome }) => outcome));
    assert.deepEqual(
      [...outcomes].sort(),
      ["open", "rejected", "secret_unavailable", "unexpected_answer"].sort(),
    );
    assert.match(inspect(results, { depth: 20 }), /AUTH \*\*\*/);
    const all = inspect([told, results, bus.published], { depth: 20, maxStringLength: null });
    const written = `${all}${await storedText()}`;
    assert.ok(written.length > 5_000);
    for (const marker of MARKERS) assert.equal(written.includes(marker), false, marker);
  });
});

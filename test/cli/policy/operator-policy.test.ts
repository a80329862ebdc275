import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { QUESTIONS } from "../../../cli/doctor/questions.ts";
import { openHome } from "../../../cli/fleet/open-stores.ts";
import type { Statement } from "../../../cli/policy/operator-policy.ts";
import { runCli } from "../../../cli/run-cli.ts";
import { startOfMinute } from "../../../shared/units.ts";
import { TEST_FLEET } from "../../embedded.ts";
import { type PutEventsServer, startPutEvents } from "../../fakes/put-events-server.ts";
import { fakeIo } from "../fake-io.ts";
import { startTestFleet, type TestFleet, userTask } from "../local-fleet.ts";
import { RecordingDatabase } from "./recording-database.ts";

const folder = mkdtempSync(join(tmpdir(), "synfleet-policy-"));
const environment = { ...process.env };

/** Every command that reads and names tables of its own; the others read as one of these. */
const READING = [
  "tasks list",
  "tasks export",
  "status",
  "uptime --period 1d",
  "regions",
  "health",
  "results a",
  "summaries a",
  "alerts --since 1h",
  "explain a",
  "maintenance list",
  "silence list",
  `export --ndjson ${join(folder, "x.ndjson")} --what summaries --from 1h`,
];

/** Whether a status is gone is asked if another run has changed it at the same moment. */
const IN_A_RACE = ["GetItem test-task-status"];

describe("the operator's policy", () => {
  let fleet: TestFleet;
  let database: RecordingDatabase;
  let bus: PutEventsServer;

  before(async () => {
    fleet = await startTestFleet();
    bus = await startPutEvents();
    database = new RecordingDatabase(fleet.endpoint);
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_DYNAMODB: await database.listen(),
      AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    const { name, home, regions } = TEST_FLEET;
    const described = { name, home, regions: regions.map((region) => region.name) };
    writeFileSync(join(folder, "cdk.json"), JSON.stringify({ context: { fleet: described } }));
  });
  after(async () => {
    process.env = environment;
    database.close();
    await bus.close();
    await fleet.close();
    rmSync(folder, { recursive: true });
  });

  async function run(words: string) {
    const io = fakeIo({ now: Date.now, cwd: folder, ask: async () => "yes" });
    await runCli([...words.split(" "), "--aws"], io);
    return io.heard.out.join("\n");
  }

  /** `Query test-alerts` for each operation that is granted on a table. */
  async function granted(...words: readonly string[]): Promise<string[]> {
    const { Statement: all } = JSON.parse(await run(["policy", ...words].join(" ")));
    const own = (all as Statement[]).filter(({ Sid }) => /^(?:Read|Write)/.test(Sid));
    const grants = own.flatMap(({ Action, Resource }) =>
      Resource.flatMap((arn) =>
        Action.map((action) => `${action.slice("dynamodb:".length)} ${arn.split("/")[1]}`),
      ),
    );
    return [...new Set(grants)].sort();
  }

  it("grants what commands ask of tables, operation by operation, and nothing else", async () => {
    const WORK = {
      id: "work",
      fleet: true,
      from: "2030-01-01T00:00:00Z",
      until: "2030-01-01T01:00:00Z",
      reason: "x",
    };
    const good = userTask("a", { host: "a.example.com:22" });
    // Its address is opened by no region, so its status says that nothing checks it.
    const unsupported = userTask("b");
    await run(
      `tasks apply ${fleet.writeFile({ tasks: [good, unsupported], maintenance: [WORK] })}`,
    );
    await run("plan");
    const watermarkMs = startOfMinute(Date.now());
    await openHome(fleet.open).progress.writeProgress({ watermarkMs, openWindows: [] });
    const changing = new Set(database.asked);
    database.asked.clear();
    for (const words of READING) await run(words);
    assert.deepEqual([...database.asked].sort(), await granted());
    await run("silence a --for 1h --reason x");
    await run(`tasks apply ${fleet.writeTasks(good)}`);
    await run("plan");
    const asked = new Set([...changing, ...database.asked, ...IN_A_RACE]);
    assert.deepEqual([...asked].sort(), await granted("--write"));
  });

  it("grants all that doctor asks, on the fleet's own resources where there are any", async () => {
    const { Statement: all } = JSON.parse(await run("policy"));
    const asking = (all as Statement[]).filter(({ Sid }) => Sid.startsWith("Ask"));
    assert.deepEqual(
      asking.flatMap(({ Action }) => Action).sort(),
      Object.values(QUESTIONS)
        .map(({ action }) => action)
        .sort(),
    );
    for (const { Sid, Resource } of asking)
      for (const arn of Resource)
        assert.match(arn, Sid === "AskAccount" ? /^\*$/ : /^arn:aws:.*[/:]test(?:-\*)?$/);
    assert.doesNotMatch(JSON.stringify(all), /PutItem|Invoke|PutEvents/);
  });

  it("has a statement for the fleet's key only where there is one", async () => {
    assert.doesNotMatch(await run("policy --write"), /kms:/);
    const described = { regions: ["eu-west-1"], options: { customerManagedKey: true } };
    writeFileSync(join(folder, "cdk.json"), JSON.stringify({ context: { fleet: described } }));
    assert.match(
      await run("policy"),
      /"kms:ViaService": \[\s*"dynamodb\.eu-west-1\.amazonaws\.com"/,
    );
  });
});

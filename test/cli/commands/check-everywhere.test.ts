import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { runCli } from "../../../cli/run-cli.ts";
import { localClient } from "../../../local/aws/database.ts";
import {
  startFunctionEndpoint,
  type TakeInvocation,
} from "../../../local/aws/function-endpoint.ts";
import { localFleet } from "../../../local/aws/local-fleet.ts";
import { ACCESS_KEY, rememberRuntime } from "../../../local/aws/runtime-file.ts";
import { FleetRun } from "../../../local/fleet/fleet-run.ts";
import { startFleetWorkers } from "../../../local/fleet/fleet-workers.ts";
import type { GuardedServer } from "../../../local/guard/guarded-server.ts";
import { closeAtOnce, openOnLoopback } from "../../fakes/loopback.ts";
import { refusedPort, startTcpServer, type TcpServer } from "../../fakes/tcp-server.ts";
import { fakeIo } from "../fake-io.ts";

const FLEET = localFleet(["here", "there"], 1);
const NOWHERE = "http://127.0.0.1:1";

const dir = mkdtempSync(join(tmpdir(), "synfleet-everywhere-"));
const closing: (() => Promise<unknown>)[] = [];
let target: TcpServer;
let functions: GuardedServer;
/** Takes invocations instead of the fleet, if a test says so. */
let other: TakeInvocation | null = null;

before(async () => {
  target = await startTcpServer();
  let run: FleetRun | null = null;
  functions = await startFunctionEndpoint(
    ACCESS_KEY,
    (invocation) => other?.(invocation) ?? run?.takeInvocation(invocation) ?? "full",
  );
  const endpoints = { database: NOWHERE, events: NOWHERE, functions: functions.endpoint };
  const ignore = () => undefined;
  const workers = await startFleetWorkers(
    FLEET,
    { ...endpoints, accessKey: ACCESS_KEY },
    { channels: [], onAnnounced: ignore, onOutput: ignore, warn: ignore },
  );
  const client = localClient(NOWHERE, "here", ACCESS_KEY);
  const setup = { fleet: FLEET, client, workers, termCount: null, note: ignore };
  run = new FleetRun({ ...setup, onPlanned: async () => undefined });
  const runtime = { role: "fleet", database: NOWHERE, events: null, fleet: FLEET } as const;
  rememberRuntime(dir, { ...runtime, functions: functions.endpoint });
  closing.push(
    () => functions.close(),
    () => workers.close(),
    () => target.close(),
  );
});

after(async () => {
  for (const close of closing) await close();
  rmSync(dir, { recursive: true });
});

async function check(...words: string[]) {
  const io = fakeIo({ now: Date.now });
  const code = await runCli(["check", ...words], io);
  return { code, out: io.heard.out, error: io.heard.error.join("\n") };
}

const everywhere = (...words: string[]) => check(...words, "--everywhere", "--data", dir);

describe("check --everywhere", () => {
  it("prints a row a region of the running fleet, and ends with 0 if all passed", async () => {
    const { code, out } = await everywhere(`127.0.0.1:${target.port}`);
    assert.match(out[0] ?? "", /^REGION +RESULT +CONNECT +DNS +TLS +DIALOGUE +ERROR$/);
    assert.match(out[1] ?? "", /^here +passed +[\d.]+ ms +- +- +- +-$/);
    assert.match(out[2] ?? "", /^there +passed +/);
    assert.deepEqual([code, out.length], [0, 3]);
  });

  it("prints the records as JSON, and ends with 1 if a target failed", async () => {
    const closed = `127.0.0.1:${await refusedPort()}`;
    const { code, out } = await everywhere(closed, `127.0.0.1:${target.port}`, "--json");
    const rows = out.map((line) => JSON.parse(line));
    assert.deepEqual(
      rows.map(({ region, success, error_kind }) => [region, success, error_kind]),
      [
        ["here", false, "refused"],
        ["there", false, "refused"],
        ["here", true, null],
        ["there", true, null],
      ],
    );
    assert.equal(code, 1);
  });

  const FAULTS: readonly (readonly [string, ReturnType<TakeInvocation>, RegExp])[] = [
    ["is not there", "unknown", /There is no function local-probe/],
    ["has no room", "full", /no room for it now: try again \(Rate Exceeded\)/],
    ["throws", failing("told to fail"), /Its probe failed: told to fail/],
    ["is older", failing('The event must be { "shard": <whole number> }'), /earlier version/],
    ["answers nothing", answering(null), /can't be read/],
    ["answers for another", answering({ region: "here", error: "x" }), /can't be read/],
    ["answers half a record", answering({ region: "there", record: {} }), /can't be read/],
    ["refuses", answering({ region: "there", error: "The task is wrong" }), /The task is wrong/],
  ];
  for (const [what, taken, sentence] of FAULTS)
    it(`lets a region that ${what} fail only itself`, async () => {
      other = ({ region }) => (region === "there" ? taken : (null as never));
      const { code, out } = await everywhere(`127.0.0.1:${target.port}`);
      other = null;
      assert.match(out[1] ?? "", /^here +passed/);
      assert.match(out[2] ?? "", /^there +no answer +- /);
      assert.match(out[2] ?? "", sentence);
      assert.equal(code, 1);
    });

  it("asks the Lambda that the environment names, as the SDK does", async () => {
    const asked: string[] = [];
    const lambda = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.end(JSON.stringify({ region: "eu-west-1", error: "told so" }));
    });
    const endpoint = await openOnLoopback(lambda);
    const described = { context: { fleet: { name: "far", regions: ["eu-west-1"] } } };
    writeFileSync(join(dir, "cdk.json"), JSON.stringify(described));
    const before = { ...process.env };
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
    const ask = async (env: Record<string, string>) => {
      const io = fakeIo({ now: Date.now, cwd: dir, env });
      await runCli(["check", "a.example:1", "--everywhere", "--aws"], io);
      return [...io.heard.out, ...io.heard.error].join("\n");
    };
    assert.match(await ask({ AWS_ENDPOINT_URL_LAMBDA: endpoint }), /told so/);
    assert.deepEqual(asked, ["/2015-03-31/functions/far-probe/invocations"]);
    const wrong = await ask({ AWS_ENDPOINT_URL_LAMBDA: "nowhere" });
    assert.match(wrong, /AWS_ENDPOINT_URL_LAMBDA must be a URL/);
    process.env = before;
    await closeAtOnce(lambda);
  });

  it("says that no fleet runs, and which options go together", async () => {
    const none = await check("a.example:1", "--everywhere", "--data", join(dir, "none"));
    assert.equal(none.code, 3);
    assert.match(none.error, /No fleet runs on .*none\. Run npm start first/);
    assert.match((await check("a.example:1", "--aws")).error, /--aws goes with --everywhere only/);
    assert.match((await everywhere("a.example:1", "--count", "2")).error, /--count does not go/);
  });
});

function failing(message: string) {
  const ended = Promise.reject(new Error(message));
  ended.catch(() => undefined);
  return { ended };
}

function answering(answer: unknown) {
  return { ended: Promise.resolve(answer) };
}

import { strict as assert } from "node:assert";
import { after, before, beforeEach, test } from "node:test";
import { openInvoker } from "../../../../functions/adapters/lambda/lambda.ts";
import type { InvocationTarget } from "../../../../functions/ports/function-invoker.ts";
import { type LambdaServer, startLambda } from "../../../fakes/lambda-server.ts";

const TARGET: InvocationTarget = { region: "ap-southeast-2", function: "probe" };
const KEYS = { AWS_ACCESS_KEY_ID: "KEY", AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: "st" };

let server: LambdaServer;
before(async () => {
  Object.assign(process.env, KEYS);
  server = await startLambda();
});
after(() => server.close());
beforeEach(() => {
  server.calls.length = 0;
  server.answer = (response) => response.writeHead(202).end();
});

async function invoke(event: object = {}, endpoint = server.endpoint): Promise<unknown> {
  return openInvoker("f1", { AWS_ENDPOINT_URL_LAMBDA: endpoint })?.invoke(TARGET, event);
}

test("openInvoker gives no way to a function where the deployment wants none", () => {
  assert.equal(openInvoker("f1", { SYNFLEET_HINTS: "off" }), null);
});

test("invoke sends the event to the function of the fleet, to be run later", async () => {
  assert.equal(await invoke({ shard: 1 }), "accepted");
  const [call] = server.calls;
  assert.equal(call?.method, "POST");
  assert.equal(call?.path, "/2015-03-31/functions/f1-probe/invocations");
  assert.equal(call?.headers["x-amz-invocation-type"], "Event");
  assert.deepEqual(JSON.parse(call?.body ?? ""), { shard: 1 });
});

test("invoke signs for Lambda in the region of the function, with the session's token", async () => {
  await invoke();
  const { authorization, ...headers } = server.calls[0]?.headers ?? {};
  const scope = /Credential=KEY\/\d{8}\/([^,]+), SignedHeaders=([^,]+), Signature=[0-9a-f]{64}$/;
  const [, where, signed] = scope.exec(authorization ?? "") ?? [];
  assert.equal(where, "ap-southeast-2/lambda/aws4_request");
  assert.match(String(signed), /host.*x-amz-invocation-type/);
  assert.equal(headers["x-amz-security-token"], "st");
});

test("invoke asks a second time if Lambda throttles or fails, and not a third time", async () => {
  for (const status of [429, 500, 503]) {
    server.calls.length = 0;
    server.answer = (response, attempt) => response.writeHead(attempt === 1 ? status : 202).end();
    assert.equal(await invoke(), "accepted");
    assert.equal(server.calls.length, 2);
    server.answer = (response) => response.writeHead(status).end();
    assert.equal(await invoke(), "failed");
    assert.equal(server.calls.length, 4);
  }
});

test("invoke does not ask again if Lambda refuses, as it does an unknown function", async () => {
  for (const status of [400, 403, 404, 413]) {
    server.calls.length = 0;
    server.answer = (response) => response.writeHead(status).end("{}");
    assert.equal(await invoke(), "failed");
    assert.equal(server.calls.length, 1);
  }
});

test("invoke fails without a throw if nothing listens or the connection is cut", async () => {
  const gone = await startLambda();
  await gone.close();
  assert.equal(await invoke({}, gone.endpoint), "failed");
  server.answer = (response) => response.destroy();
  assert.equal(await invoke(), "failed");
  assert.equal(server.calls.length, 2);
});

test("invoke gives up after two attempts of a second if there is no answer", async () => {
  const held: { end(): void }[] = [];
  server.answer = (response) => held.push(response);
  const begunMs = performance.now();
  assert.equal(await invoke(), "failed");
  const tookMs = performance.now() - begunMs;
  assert.ok(tookMs > 900 && tookMs < 3_500, `it took ${tookMs} ms`);
  for (const response of held) response.end();
});

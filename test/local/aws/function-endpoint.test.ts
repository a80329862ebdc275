import assert from "node:assert/strict";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, test } from "node:test";
import { openInvoker } from "../../../functions/adapters/lambda/lambda.ts";
import type { FunctionInvoker } from "../../../functions/ports/function-invoker.ts";
import {
  type Invocation,
  startFunctionEndpoint,
  type TakeInvocation,
} from "../../../local/aws/function-endpoint.ts";
import { localCredentials } from "../../../local/guard/access-key.ts";
import type { GuardedServer } from "../../../local/guard/guarded-server.ts";

const KEY = "k1";

describe("startFunctionEndpoint", () => {
  let server: GuardedServer;
  let taken: Invocation[] = [];
  let answer: ReturnType<TakeInvocation> = { ended: Promise.resolve() };
  let invoker: FunctionInvoker | null = null;

  beforeEach(async () => {
    taken = [];
    answer = { ended: Promise.resolve() };
    server = await startFunctionEndpoint(KEY, (invocation) => {
      taken.push(invocation);
      return answer;
    });
    signWith(KEY);
    invoker = openInvoker("local", { AWS_ENDPOINT_URL_LAMBDA: server.endpoint });
  });
  afterEach(() => server.close());

  function signWith(accessKey: string): void {
    const { accessKeyId, secretAccessKey } = localCredentials(accessKey);
    process.env.AWS_ACCESS_KEY_ID = accessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = secretAccessKey;
  }

  test("takes what a function asks for, with the region for which it is signed", async () => {
    const event = { hint: { region: "here", shard: 0, at_ms: 1 } };
    assert.equal(await invoker?.invoke({ region: "there", function: "probe" }, event), "accepted");
    assert.deepEqual(taken, [{ region: "there", functionName: "local-probe", event }]);
  });

  for (const [reason, asked] of [
    ["unknown", 1],
    ["full", 2],
  ] as const) {
    test(`refuses if it is ${reason}, after which it is asked ${asked} times in all`, async () => {
      answer = reason;
      assert.equal(await invoker?.invoke({ region: "a", function: "aggregate" }, {}), "failed");
      assert.equal(taken.length, asked);
    });
  }

  test("refuses who has not the access key of this run", async () => {
    signWith("k2");
    assert.equal(await invoker?.invoke({ region: "a", function: "probe" }, {}), "failed");
    assert.deepEqual(taken, []);
  });

  async function ask(path: string, body: string, scope = "20260105/a/lambda/aws4_request") {
    const authorization = `AWS4-HMAC-SHA256 Credential=${KEY}/${scope}, Signature=none`;
    const asked = request(`${server.endpoint}${path}`, {
      method: "POST",
      agent: false,
      headers: { authorization },
    });
    asked.end(body);
    const [response] = await new Promise<[IncomingMessage]>((resolve) =>
      asked.once("response", (...args) => resolve(args)),
    );
    return { status: response.statusCode, body: JSON.parse(await text(response)) };
  }

  async function post(...args: Parameters<typeof ask>) {
    const { status, body } = await ask(...args);
    return `${status} ${body.__type}`;
  }

  const PATH = "/2015-03-31/functions/local-probe/invocations";

  for (const [what, ended, body] of [
    ["what the function returns", Promise.resolve({ region: "a" }), { region: "a" }],
    ["null if it returns nothing", Promise.resolve(undefined), null],
  ] as const)
    test(`tells who waits ${what}`, async () => {
      answer = { ended };
      assert.deepEqual(await ask(PATH, '{"x":1}'), { status: 200, body });
      assert.deepEqual(taken, [{ region: "a", functionName: "local-probe", event: { x: 1 } }]);
    });

  test("tells who waits why the function failed, and nobody else", async () => {
    const ended = Promise.reject(new Error("told to fail"));
    ended.catch(() => undefined);
    answer = { ended };
    const body = { errorMessage: "told to fail" };
    assert.deepEqual(await ask(PATH, "{}"), { status: 200, body });
    assert.equal(await invoker?.invoke({ region: "a", function: "probe" }, {}), "accepted");
  });

  test("refuses other paths, a body that is no object, and a signature without a region", async () => {
    assert.equal(await post("/", "{}"), "404 UnknownOperationException");
    assert.equal(await post(`${PATH}/x`, "{}"), "404 UnknownOperationException");
    assert.equal(await post(PATH, "not json"), "400 InvalidRequestContentException");
    assert.equal(await post(PATH, "7"), "400 InvalidRequestContentException");
    assert.equal(await post(PATH, "{}", "local"), "403 InvalidSignatureException");
    assert.deepEqual(taken, []);
  });
});

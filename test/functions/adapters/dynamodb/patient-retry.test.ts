import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualTime } from "../../../../bench/outage/virtual-time.ts";
import { createDynamoDbClient } from "../../../../functions/adapters/dynamodb/client.ts";
import { GIVING_WAY, type Waiting } from "../../../../functions/adapters/dynamodb/patient-retry.ts";
import { putItem } from "../../../../functions/adapters/dynamodb/table.ts";

/** The answers of a table in turn; the last one stays. */
type Answer =
  | "ok"
  | "ProvisionedThroughputExceededException"
  | "ThrottlingException"
  | "ServerError";

const STATUS: Readonly<Record<Answer, number>> = {
  ok: 200,
  ProvisionedThroughputExceededException: 400,
  ThrottlingException: 400,
  ServerError: 500,
};

/** Puts an item into a table that answers so, in virtual time. */
async function put(answers: readonly Answer[], waiting: Partial<Waiting> = {}) {
  let calls = 0;
  const handle = async () => {
    const answer = answers[Math.min(calls++, answers.length - 1)] ?? "ok";
    const body = answer === "ok" ? "{}" : JSON.stringify({ __type: answer, message: answer });
    return { response: { statusCode: STATUS[answer], headers: {}, body: Buffer.from(body) } };
  };
  const client = createDynamoDbClient(
    "eu-west-1",
    {
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      requestHandler: { handle, destroy: () => undefined },
    },
    waiting,
  );
  // The SDK reads its configuration before virtual time begins, which would not wait for a file.
  await client.config.retryStrategy();
  await client.config.region();
  const time = new VirtualTime(0);
  const restore = time.patchTimers();
  const work = putItem({ client, table: "t" }, { pk: { S: "a" } });
  try {
    const error = await time.run(
      work.then(
        () => null,
        (cause: Error) => cause.name,
      ),
    );
    return { error, calls, tookMs: time.now() };
  } finally {
    restore();
  }
}

const throttled = (count: number): Answer[] =>
  Array.from({ length: count }, (_, i) =>
    i % 2 === 0 ? "ProvisionedThroughputExceededException" : "ThrottlingException",
  );

test("retryPatiently sends a throttled request again until the table takes it", async () => {
  const { error, calls, tookMs } = await put([...throttled(20), "ok"]);
  assert.deepEqual([error, calls], [null, 21]);
  assert.ok(tookMs > 7_000 && tookMs < 20_000, `${tookMs} ms`);
});

test("retryPatiently gives a throttled request up after twenty seconds", async () => {
  const { error, tookMs } = await put(["ProvisionedThroughputExceededException"]);
  assert.equal(error, "ProvisionedThroughputExceededException");
  assert.ok(tookMs >= 20_000 && tookMs < 21_000, `${tookMs} ms`);
});

test("retryPatiently waits no longer than there is time", async () => {
  let leftMs = 3;
  const { error, calls } = await put(throttled(50), { leftMs: () => --leftMs });
  assert.deepEqual([error === null, calls], [false, 3]);
});

test("retryPatiently lets an operator's reading give way to the fleet's own requests", async () => {
  const own = await put([...throttled(6), "ok"]);
  const other = await put([...throttled(6), "ok"], GIVING_WAY);
  assert.ok(other.tookMs > 8 * own.tookMs, `${other.tookMs} ms, ${own.tookMs} ms`);
  const { error, tookMs } = await put([...throttled(30), "ok"], GIVING_WAY);
  assert.ok(error === null && tookMs > 120_000, `${tookMs} ms`);
});

test("retryPatiently leaves other failures to the SDK, also after a throttled attempt", async () => {
  const plain = await put(["ServerError"]);
  assert.notEqual(plain.error, null);
  const mixed = await put([...throttled(5), "ServerError"]);
  assert.notEqual(mixed.error, null);
  assert.equal(mixed.calls, plain.calls + 5);
  assert.ok(plain.calls < 10);
});

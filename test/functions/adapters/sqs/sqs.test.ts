import { strict as assert } from "node:assert";
import { after, before, beforeEach, test } from "node:test";
import { SignedSender } from "../../../../functions/adapters/signed-request/signed-request.ts";
import { createBurstQueue } from "../../../../functions/adapters/sqs/sqs.ts";
import { type SqsServer, startSqs } from "../../../fakes/sqs-server.ts";

const NEXT = { shard: 1, termFromMs: 60_000, fromMs: 75_250, part: 2 };
const queueUrl = "https://sqs.eu-west-1.amazonaws.com/123456789012/f1-bursts";
const KEY = { accessKeyId: "KEY", secretAccessKey: "secret" };

let server: SqsServer;
before(async () => {
  server = await startSqs();
});
after(() => server.close());
beforeEach(() => {
  server.calls.length = 0;
  server.answer = (response) => response.writeHead(200).end("{}");
});

function queueAt(endpoint: string) {
  const sender = new SignedSender({ attemptMs: 300, longestMs: 600 }, KEY);
  return createBurstQueue({ region: "eu-west-1", queueUrl, endpoint, sender });
}

test("send sends the rest of a term to the queue, with a delay of whole seconds", async () => {
  for (const [delayMs, seconds] of [
    [12_999, 12],
    [0, 0],
    [-5, 0],
  ] as const) {
    server.calls.length = 0;
    assert.equal(await queueAt(server.endpoint).send(NEXT, delayMs), "sent");
    const [call] = server.calls;
    assert.equal(call?.method, "POST");
    assert.equal(call?.path, "/");
    assert.equal(call?.headers["x-amz-target"], "AmazonSQS.SendMessage");
    assert.equal(call?.headers["content-type"], "application/x-amz-json-1.0");
    assert.match(String(call?.headers.authorization), /\/eu-west-1\/sqs\/aws4_request/);
    assert.deepEqual(server.messages(), [
      {
        QueueUrl: queueUrl,
        MessageBody: '{"burst":{"shard":1,"term_from_ms":60000,"from_ms":75250,"part":2}}',
        DelaySeconds: seconds,
      },
    ]);
  }
});

test("send says failed, and never throws, whatever the queue answers", async () => {
  for (const status of [400, 403, 404, 503]) {
    server.answer = (response) => response.writeHead(status).end('{"__type":"x"}');
    assert.equal(await queueAt(server.endpoint).send(NEXT, 1), "failed");
  }
  server.answer = (response) => void response.destroy();
  assert.equal(await queueAt(server.endpoint).send(NEXT, 1), "failed");
  const gone = await startSqs();
  await gone.close();
  assert.equal(await queueAt(gone.endpoint).send(NEXT, 1), "failed");
});

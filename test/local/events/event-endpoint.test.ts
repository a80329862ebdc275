import assert from "node:assert/strict";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { after, before, beforeEach, describe, test } from "node:test";
import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from "@aws-sdk/client-eventbridge";
import { startEventEndpoint } from "../../../local/events/event-endpoint.ts";
import type { EventEnvelope } from "../../../local/events/put-events.ts";
import { localCredentials, signedWith } from "../../../local/guard/access-key.ts";
import type { GuardedServer } from "../../../local/guard/guarded-server.ts";

const accessKey = "0123456789abcdef";
const credentials = localCredentials(accessKey);
const SIGNED = { authorization: signedWith(accessKey) };

const GOOD: PutEventsRequestEntry = {
  EventBusName: "local",
  Source: "synfleet",
  DetailType: "TCP Probe Alert State Change",
  Detail: JSON.stringify({ state: "CRITICAL" }),
  Resources: ["synfleet/local/task/t1"],
  Time: new Date("2026-11-20T12:00:00.900Z"),
};

describe("startEventEndpoint, asked by the real client", () => {
  let endpoint: GuardedServer;
  let client: EventBridgeClient;
  let events: EventEnvelope[] = [];

  before(async () => {
    endpoint = await startEventEndpoint(
      { bus: "local", region: "eu-west-1", accessKey },
      async (event) => {
        await new Promise(setImmediate);
        events.push(event);
      },
    );
    client = new EventBridgeClient({
      endpoint: endpoint.endpoint,
      region: "eu-west-1",
      credentials,
      maxAttempts: 1,
    });
  });
  beforeEach(() => {
    events = [];
  });
  after(async () => {
    client.destroy();
    await endpoint.close();
  });

  const put = (...Entries: PutEventsRequestEntry[]) =>
    client.send(new PutEventsCommand({ Entries }));

  test("delivers the whole envelope", async () => {
    const { FailedEntryCount, Entries } = await put(GOOD);
    assert.equal(FailedEntryCount, 0);
    assert.deepEqual(events, [
      {
        version: "0",
        id: Entries?.[0]?.EventId,
        "detail-type": "TCP Probe Alert State Change",
        source: "synfleet",
        account: "000000000000",
        time: "2026-11-20T12:00:00Z",
        region: "eu-west-1",
        resources: ["synfleet/local/task/t1"],
        detail: { state: "CRITICAL" },
      },
    ]);
  });

  const ENTRY_FAILURES: readonly (readonly [string, PutEventsRequestEntry, string, string])[] = [
    [
      "no source",
      { ...GOOD, Source: undefined },
      "InvalidArgument",
      "Parameter Source is not valid. Reason: Source is a required argument.",
    ],
    [
      "no detail type",
      { ...GOOD, DetailType: "" },
      "InvalidArgument",
      "Parameter DetailType is not valid. Reason: DetailType is a required argument.",
    ],
    [
      "no detail",
      { ...GOOD, Detail: undefined },
      "InvalidArgument",
      "Parameter Detail is not valid. Reason: Detail is a required argument.",
    ],
    [
      "a detail that is no JSON",
      { ...GOOD, Detail: "{" },
      "MalformedDetail",
      "Detail is malformed.",
    ],
    [
      "a detail that is no object",
      { ...GOOD, Detail: "[1]" },
      "MalformedDetail",
      "Detail is malformed.",
    ],
    [
      "a source of AWS",
      { ...GOOD, Source: "aws.ec2" },
      "NotAuthorizedForSourceException",
      "Not authorized for the source aws.ec2.",
    ],
    [
      "another bus",
      { ...GOOD, EventBusName: undefined },
      "ResourceNotFoundException",
      "Event bus default does not exist.",
    ],
  ];

  for (const [what, entry, ErrorCode, ErrorMessage] of ENTRY_FAILURES) {
    test(`fails an entry with ${what}, and no other`, async () => {
      const answer = await put(GOOD, entry, GOOD);
      assert.equal(answer.FailedEntryCount, 1);
      assert.deepEqual(answer.Entries?.[1], { ErrorCode, ErrorMessage });
      assert.equal(events.length, 2);
    });
  }

  const ten = Array.from({ length: 10 }, () => GOOD);

  test("takes ten entries", async () => {
    const { Entries } = await put(...ten);
    assert.equal(new Set(Entries?.map(({ EventId }) => EventId)).size, 10);
    assert.equal(events.length, 10);
  });

  const REQUEST_FAILURES: readonly (readonly [string, PutEventsRequestEntry[], RegExp])[] = [
    ["eleven entries", [...ten, GOOD], /less than or equal to 10/],
    ["no entry", [], /greater than or equal to 1/],
    [
      "more than 256 KB",
      [{ ...GOOD, Detail: `{"a":"${"x".repeat(256 * 1024)}"}` }],
      /over the limit/,
    ],
  ];

  for (const [what, entries, message] of REQUEST_FAILURES) {
    test(`refuses ${what} as a whole`, async () => {
      await assert.rejects(put(...entries), { name: "ValidationException", message });
      assert.deepEqual(events, []);
    });
  }

  test("names an unknown operation in its error", async () => {
    const response = await fetch(endpoint.endpoint, {
      method: "POST",
      headers: { ...SIGNED, "x-amz-target": "AWSEvents.ListRules" },
      body: "{}",
    });
    assert.equal(response.status, 400);
    assert.match(await response.text(), /"UnknownOperationException"/);
  });

  const ODD_REQUESTS: readonly (readonly [string, Record<string, string>, string, string])[] = [
    [
      "a name that only a browser's page would use",
      { host: "evil.example:80" },
      "{}",
      "AccessDeniedException",
    ],
    [
      "another key",
      { authorization: SIGNED.authorization.replace("0", "1") },
      "{}",
      "UnrecognizedClientException",
    ],
    ["a page", { origin: "http://localhost:8080" }, "{}", "AccessDeniedException"],
    ["a body of 5 MB", {}, "x".repeat(5 * 1024 * 1024), "RequestEntityTooLargeException"],
    [
      "a time that no calendar has",
      {},
      JSON.stringify({ Entries: [{ ...GOOD, Time: 1e300 }] }),
      "SerializationException",
    ],
  ];

  for (const [what, headers, body, type] of ODD_REQUESTS) {
    test(`refuses ${what}`, async () => {
      const answer = await post(
        endpoint.endpoint,
        { ...SIGNED, "x-amz-target": "AWSEvents.PutEvents", ...headers },
        body,
      );
      assert.match(answer, new RegExp(`"${type}"`));
      assert.deepEqual(events, []);
    });
  }
});

/** A POST with any Host header; `fetch` always sends the address. */
function post(url: string, headers: Record<string, string>, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", headers }, (response) => {
      text(response).then(resolve, reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { OtlpSender } from "../../../local/otlp/otlp-sender.ts";
import { parseOtlpTarget } from "../../../local/otlp/otlp-target.ts";
import { sendEachMinute } from "../../../local/otlp/send-each-minute.ts";
import { HOUR_MS, MINUTE_MS } from "../../../shared/units.ts";
import { ErrorTally } from "../../../web/metrics/error-tally.ts";
import {
  HOSTILE,
  JUDGED_TO_MS,
  LOOK_MS,
  startMetricsFleet,
} from "../../web/metrics/metrics-fleet.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A collector that answers one request after the other, the last way for ever. */
async function startCollector(...answers: Answer[]) {
  const heard: { body: string; headers: IncomingMessage["headers"]; path: string }[] = [];
  const server = createServer(async (request, response) => {
    const path = request.url ?? "";
    heard.push({ path, headers: request.headers, body: await text(request) });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    answer?.(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/metrics`;
  return {
    ...{ url, heard },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const takes: Answer = (_, response) => void response.writeHead(200).end("{}");
const refuses =
  (status: number, headers = {}): Answer =>
  (_, response) =>
    void response.writeHead(status, headers).end();

/** Time passes only when somebody sleeps. */
function services(startMs = LOOK_MS) {
  const stopping = new AbortController();
  const told: string[] = [];
  const slept: number[] = [];
  let nowMs = startMs;
  return {
    ...{ told, slept, stopping },
    signal: stopping.signal,
    now: () => nowMs,
    tell: (sentence: string) => told.push(sentence),
    sleep: async (ms: number) => {
      slept.push(ms);
      nowMs += ms;
    },
  };
}

test("parseOtlpTarget reads the URL, and of the environment only what the option asks for", () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: "https://collector.example.com/otlp/",
    OTEL_EXPORTER_OTLP_HEADERS: "Authorization=Bearer%20abc, x-scope = 7",
  };
  const headers = { authorization: "Bearer abc", "x-scope": "7" };
  const table: [string, object | RegExp, object?][] = [
    ["http://127.0.0.1:4318", { url: "http://127.0.0.1:4318/v1/metrics", headers: {} }],
    ["http://h/v1/metrics", { url: "http://h/v1/metrics", headers: {} }],
    ["http://h", { url: "http://h/v1/metrics", headers }, env],
    ["env", { url: "https://collector.example.com/otlp/v1/metrics", headers }, env],
    ["env", /^OTEL_EXPORTER_OTLP_ENDPOINT must be a URL/],
    ["collector:4318", /^--otlp must be a URL like/],
    ["http://me:secret@h", /^--otlp must be without a password/],
    ["http://h", /HEADERS must be like/, { OTEL_EXPORTER_OTLP_HEADERS: "nothing" }],
    ["http://h", /HEADERS must be like/, { OTEL_EXPORTER_OTLP_HEADERS: "a=%0d%0ax" }],
  ];
  for (const [option, expected, given = {}] of table) {
    const target = parseOtlpTarget(option, { ...given });
    if (expected instanceof RegExp) assert.match(String(target), expected);
    else assert.deepEqual(target, expected);
    assert.doesNotMatch(String(target), /secret/);
  }
});

test("OtlpSender retries what may be retried, as long as it is asked to wait, and no longer than a minute", async () => {
  const table: [Answer[], number, number[], RegExp | null][] = [
    [[takes], 1, [], null],
    [[refuses(503), refuses(429, { "retry-after": "7" }), takes], 3, [1_000, 7_000], null],
    [[refuses(400)], 1, [], /it answers 400/],
    [[refuses(302, { location: "http://127.0.0.1:9/" })], 1, [], /it answers 302/],
    [[refuses(429, { "retry-after": "3600" })], 1, [], /it answers 429/],
    [[refuses(502)], 6, [1_000, 2_000, 4_000, 8_000, 16_000], /it answers 502/],
    [
      [(request) => request.socket.destroy()],
      6,
      [1_000, 2_000, 4_000, 8_000, 16_000],
      /can't be reached/,
    ],
  ];
  for (const [answers, count, slept, fault] of table) {
    const collector = await startCollector(...answers);
    const own = services();
    const sender = new OtlpSender({ url: collector.url, headers: { "x-key": "k" } }, own);
    await sender.send(["{}"]);
    assert.equal(collector.heard.length, count, String(fault));
    assert.deepEqual(own.slept, slept);
    assert.equal(collector.heard[0]?.headers["x-key"], "k");
    assert.equal(own.told.length, fault === null ? 0 : 1);
    if (fault !== null) assert.match(own.told[0] ?? "", fault);
    collector.close();
  }
});

test("OtlpSender says once that a collector fails, and once that it works again", async () => {
  const collector = await startCollector(refuses(400), refuses(400), takes);
  const own = services();
  const sender = new OtlpSender({ url: collector.url, headers: {} }, own);
  for (let minute = 0; minute < 4; minute++) await sender.send(["{}", "{}"]);
  assert.equal(own.told.length, 2);
  assert.match(
    own.told[0] ?? "",
    /^The OTLP collector http:\/\/127\.0\.0\.1:\d+ did not take metrics/,
  );
  assert.match(own.told[1] ?? "", /takes metrics again\.$/);
  // What follows the request that was not taken is dropped with it.
  assert.equal(collector.heard.length, 2 + 2 * 2);
  collector.close();
});

interface Point {
  readonly attributes: { key: string; value: { stringValue: string } }[];
  readonly asInt?: string;
  readonly asDouble?: number;
  readonly timeUnixNano: string;
  readonly startTimeUnixNano?: string;
}

function pointsIn(body: string) {
  const { resourceMetrics } = JSON.parse(body);
  const [{ resource, scopeMetrics }] = resourceMetrics;
  const metrics = new Map<string, { unit: string; points: Point[]; sum?: object }>();
  for (const { name, unit, gauge, sum } of scopeMetrics[0].metrics)
    metrics.set(name, { unit, points: (gauge ?? sum).dataPoints, ...(sum && { sum }) });
  return { resource, metrics };
}

const attributesOf = ({ attributes }: Point) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));

test("sendEachMinute sends the figures of each minute under the names of OpenTelemetry", async () => {
  const fleet = await startMetricsFleet();
  const collector = await startCollector(takes);
  const own = services();
  const { sleep } = own;
  own.sleep = async (ms) => {
    await sleep(ms);
    if (own.slept.length > 2) own.stopping.abort();
  };
  await sendEachMinute(fleet, { url: collector.url, headers: {} }, own);
  collector.close();
  assert.deepEqual(own.told, []);
  assert.deepEqual(own.slept, [50_000, MINUTE_MS, MINUTE_MS]);
  assert.equal(collector.heard.length, 2);
  assert.equal(collector.heard[0]?.path, "/v1/metrics");
  const { resource, metrics } = pointsIn(collector.heard[0]?.body ?? "");
  assert.equal(attributesOf(resource)["service.name"], "synfleet");
  const status = metrics.get("tcpcheck.status");
  assert.equal(status?.unit, "1");
  const web = status?.points.map((point) => [attributesOf(point), point.asInt] as const);
  const of = (region: string) => ({
    "synfleet.task": "web",
    "tcpcheck.endpoint": "192.0.2.1:22",
    "synfleet.group": "shop",
    "synfleet.region": region,
  });
  assert.deepEqual(web?.slice(0, 2), [
    [of("eu-west-1"), "0"],
    [of("us-east-1"), "1"],
  ]);
  assert.equal(status?.points[0]?.timeUnixNano, `${LOOK_MS + 50_000}000000`);
  const durations = metrics.get("tcpcheck.duration");
  assert.equal(durations?.unit, "ms");
  assert.deepEqual(
    durations?.points.map(({ asDouble }) => asDouble),
    [12.345, 12.345],
  );
  const names = durations?.points.map((point) => attributesOf(point)["synfleet.task"]);
  assert.ok(names?.includes(HOSTILE));
  assert.ok(![...metrics.keys()].some((name) => !/^(tcpcheck|synfleet)\.[a-z0-9._]+$/.test(name)));
});

test("ErrorTally counts each judged minute once, from its first update on", async () => {
  const fleet = await startMetricsFleet();
  const tally = new ErrorTally();
  const names = ["web", "slow"];
  await tally.update(fleet, names, JUDGED_TO_MS - MINUTE_MS);
  assert.deepEqual(tally.samples(), []);
  for (const judgedToMs of [JUDGED_TO_MS, JUDGED_TO_MS, JUDGED_TO_MS + 3 * MINUTE_MS])
    await tally.update(fleet, names, judgedToMs);
  const [sample, ...others] = tally.samples();
  assert.equal(sample?.value, 2);
  assert.equal(sample?.labels.kind, "refused");
  assert.equal(sample?.labels.code, "connection_refused");
  assert.deepEqual(others, []);
  await tally.update(fleet, ["slow"], JUDGED_TO_MS + HOUR_MS);
  assert.deepEqual(tally.samples(), []);
});

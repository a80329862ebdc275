import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { after, before, describe, it, mock } from "node:test";
import { setImmediate } from "node:timers/promises";
import { figuresOf, summarise } from "../../../shared/summary/summary.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, startOfMinute, toIso } from "../../../shared/units.ts";
import type { ConfigLine, OverviewRecord } from "../../../web/records/records.ts";
import { LiveClients } from "../../../web/server/live/live-clients.ts";
import { LiveFeed } from "../../../web/server/live/live-feed.ts";
import { SharedOverview } from "../../../web/server/live/shared-overview.ts";
import type { PageServer } from "../../../web/server/page-server.ts";
import { FakeFleet } from "../../fakes/fleet-sources.ts";
import { aResult, aTask } from "../../fakes/results.ts";
import { ask, startTestPage, type Wish } from "./ask.ts";

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const HOSTILE = '<script>alert("1")</script> 😀';
const TOKEN = "a-token-that-is-long-enough";

let fleet: FakeFleet;
let page: PageServer & { readonly warned: string[] };

before(async () => {
  fleet = new FakeFleet(["eu-west-1", "us-east-1"], NOW_MS);
  const ofShop = { targetId: "shop", slaPercent: 99 };
  await fleet.plan([aTask("web", ofShop), aTask(HOSTILE, { alert: { failureThreshold: 6 } })]);
  await fleet.settings.putSettings([{ key: "alerting", fields: { storm_tasks: 20 } }]);
  const seen = { sampleCount: 4, missedCount: 0, avgConnectTimeMs: 12.5, p95ConnectTimeMs: 20 };
  const startMs = Date.UTC(2026, 0, 2, 3, 0);
  for (const [i, failedCount] of [0, 1, 4].entries()) {
    const regions = { "eu-west-1": "failed", "us-east-1": "ok" } as const;
    const rows = new Map([["web", { ...seen, failedCount, regions }]]);
    await fleet.boards.putBoard({ startMs: startMs + i * MINUTE_MS, rows }, ["web"]);
  }
  page = await startTestPage(fleet);
});
after(() => page.close());

describe("the page's server", () => {
  it("answers each address with its record", async () => {
    const toMs = Date.UTC(2026, 0, 2, 3, 3);
    const records: [string, Readonly<Record<string, unknown>>][] = [
      ["/api/session", { version: "1.2.3", fleet: "test" }],
      ["/api/overview", { fleet: "test", nowMs: NOW_MS, troubles: [], unread: [] }],
      ["/api/boards?hours=1", { strips: { web: "osf".padStart(60, ".") }, latest: LATEST }],
      ["/api/boards?hours=1", { fromMs: toMs - HOUR_MS, toMs }],
      ["/api/series?name=web", { name: "web", stepMs: MINUTE_MS, startsMs: [], histogram: [] }],
      ["/api/series?name=web&from=1700000000000&step=day", { stepMs: DAY_MS }],
      ["/api/results?name=web&limit=1000", { rows: [], unread: [] }],
      ["/api/events?name=web", { events: [], damagedCount: 0 }],
      ["/api/regions", { retired: [], matrix: [] }],
      ["/healthz", { healthy: true, summarised_to: null }],
    ];
    for (const [path, expected] of records) {
      const { status, headers, body } = await ask(page.url, path);
      assert.equal(status, 200, `${path}: ${body}`);
      assert.equal(headers["content-type"], "application/json; charset=utf-8");
      const record: Record<string, unknown> = JSON.parse(body);
      for (const [field, value] of Object.entries(expected))
        assert.deepEqual(record[field], value, `${path} ${field}`);
    }
    const { tasks } = JSON.parse((await ask(page.url, "/api/overview")).body);
    assert.deepEqual(namesOf(tasks), [HOSTILE, "web"]);
    const { body } = await ask(page.url, `/api/task?name=${encodeURIComponent(HOSTILE)}`);
    const { row, config, uptime, budgetLeftMs, explanation } = JSON.parse(body);
    assert.equal(row.name, HOSTILE);
    const said = new Map(config.map((line: ConfigLine) => [line.field, [line.value, line.from]]));
    assert.deepEqual(said.get("name"), [HOSTILE, "task"]);
    assert.deepEqual(said.get("failure_threshold"), ["6", "task"]);
    assert.deepEqual(said.get("success_threshold"), ["2", "default"]);
    assert.deepEqual(said.get("storm_tasks"), ["20", "fleet"]);
    assert.deepEqual(uptime, { "1d": null, "7d": null, "30d": null, "90d": null });
    assert.deepEqual([row.budgetLeftMs, budgetLeftMs], [null, null]);
    const held = JSON.parse((await ask(page.url, "/api/task?name=web")).body);
    const noBudget = { "1d": 0, "7d": 0, "30d": 0, "90d": 0 };
    assert.deepEqual([held.row.slaPercent, held.budgetLeftMs], [99, noBudget]);
    assert.deepEqual(explanation, ["No check of it is stored in the last two hours."]);
    assert.match((await ask(page.url, "/metrics")).body, /^# HELP /);
  });

  it("shows how regions are, and each target from each of them", async () => {
    const own = new FakeFleet(["eu-west-1", "us-east-1"], NOW_MS);
    const web = aTask("web", { targetId: "shop" });
    await own.plan([web]);
    await own.progress.writeProgress({ watermarkMs: startOfMinute(NOW_MS), openWindows: [] });
    const seen = { covered: true, checks: [], rechecks: [], figures: FIGURES };
    const periodEndMs = startOfMinute(NOW_MS);
    const period = { periodStartMs: periodEndMs - MINUTE_MS, periodEndMs, scheduleMs: 15_000 };
    const window = { ...period, regions: { "eu-west-1": seen } };
    const how = { complete: true, missingRegions: [], rev: 1 };
    await own.summaries.putSummaries([summarise(web, window, how)]);
    for (const { region, plans } of own.regions)
      if (region === "us-east-1") plans.readManifest = () => Promise.reject(new Error("no way"));
    const server = await startTestPage(own);
    const { regions, matrix } = JSON.parse((await ask(server.url, "/api/regions")).body);
    await server.close();
    assert.deepEqual(matrix, [
      {
        ...{ name: "web", targetId: "shop" },
        cells: { "eu-west-1": { failedPercent: 50, avgMs: 10, lossPercent: 0 } },
      },
    ]);
    const [eu, us] = regions;
    assert.deepEqual(
      [eu.name, eu.taskCount, eu.expectedCount, eu.unread],
      ["eu-west-1", 1, 4, null],
    );
    assert.deepEqual([us.name, us.lastReportAtMs, us.unread], ["us-east-1", null, "no way"]);
  });

  it("shows when a task was in maintenance, by entries that stand and by events that it held", async () => {
    const own = new FakeFleet(["eu-west-1"], NOW_MS);
    await own.plan([aTask("web", { targetId: "shop" })]);
    const at = (minutes: number) => startOfMinute(NOW_MS) - minutes * MINUTE_MS;
    const entry = (scope: object, from: number, until: number) => ({
      key: `maintenance#${from}`,
      fields: { ...scope, from: toIso(at(from)), until: toIso(at(until)), reason: "disks" },
    });
    await own.settings.putSettings([
      entry({ task: "web" }, 300, 200),
      entry({ task: "api" }, 150, 100),
      entry({ target_id: "shop" }, 30, -30),
    ]);
    const event = (minutes: number, suppressed_by: "maintenance" | "silence") => ({
      ...{ id: `${minutes}`, time: at(minutes), resources: [] },
      detailType: "TCP Probe Alert State Change" as const,
      detail: { task_name: "web", suppressed_by },
    });
    const events = [event(250, "maintenance"), event(90, "silence"), event(60, "maintenance")];
    await own.alerts.putHistory(events);
    const server = await startTestPage(own);
    const query = `name=web&from=${at(280)}&to=${at(-60)}&step=minute`;
    const { maintenances } = JSON.parse((await ask(server.url, `/api/series?${query}`)).body);
    await server.close();
    assert.deepEqual(maintenances, [
      { fromMs: at(280), toMs: at(200) },
      { fromMs: at(60), toMs: at(59) },
      { fromMs: at(30), toMs: NOW_MS },
    ]);
  });

  it("shows the certificate that checks saw last, with what is known of it", async () => {
    const own = new FakeFleet(["eu-west-1"], NOW_MS);
    await own.plan([aTask("web")]);
    const server = await startTestPage(own);
    const read = async () => JSON.parse((await ask(server.url, "/api/task?name=web")).body);
    assert.equal((await read()).certificate, null);
    const certificate = {
      id: "0".repeat(16),
      fromMs: NOW_MS - DAY_MS,
      untilMs: NOW_MS + 9 * DAY_MS,
    };
    const link = {
      ...{ subject: HOSTILE, issuer: "CN=test", names: ["a", "b"], nameCount: 25, serial: "01" },
      ...{ fingerprint: "f0", fromMs: certificate.fromMs, untilMs: certificate.untilMs },
      ...{ keyType: "EC", keyBits: 256 },
    };
    const session = { protocol: "TLSv1.3", cipher: "AES", alpn: null, fault: null };
    const certificateFacts = { ...session, chain: [link] };
    for (const [age, detail] of [
      [70, { certificate, certificateFacts }],
      [1, { certificate }],
    ] as const) {
      const slotAtMs = startOfMinute(NOW_MS) - age * MINUTE_MS;
      await own.check("eu-west-1", slotAtMs, [{ ...aResult({ slotAtMs, detail }), task: "web" }]);
    }
    const { untilMs, fields } = (await read()).certificate;
    await server.close();
    const shown = fields.map(({ name, value }: { name: string; value: string }) => [name, value]);
    assert.equal(untilMs, certificate.untilMs);
    assert.deepEqual(shown, [
      ["Subject", HOSTILE],
      ["Issuer", "CN=test"],
      ["Valid from", "2026-01-01T03:04:05.000Z"],
      ["Valid until", "2026-01-11T03:04:05.000Z"],
      ["Days left", "9"],
      ["Names", "a, b and 23 more"],
      ["Serial", "01"],
      ["SHA-256", "f0"],
      ["Key", "EC 256"],
      ["Session", "TLSv1.3, AES"],
    ]);
  });

  it("shows the certificate of a task that is checked once a day, by the hour that saw it", async () => {
    const own = new FakeFleet(["eu-west-1"], NOW_MS);
    const web = aTask("web", {
      scheduleMs: DAY_MS,
      tls: { mode: "strict", verify: "subject_alt_name" },
    });
    await own.plan([web, aTask("plain")]);
    const startMs = startOfMinute(NOW_MS) - 20 * HOUR_MS;
    const untilMs = NOW_MS + 9 * DAY_MS;
    const certificate = { id: "0".repeat(16), fromMs: startMs - DAY_MS, untilMs };
    const asked: string[] = [];
    const readHours = own.periods.readHours.bind(own.periods);
    own.periods.readHours = (name, interval) => {
      asked.push(`${name} ${(interval.toMs - interval.fromMs) / HOUR_MS}`);
      return readHours(name, interval);
    };
    const result = aResult({ slotAtMs: startMs, detail: { certificate } });
    await own.check("eu-west-1", startMs, [{ ...result, task: "web" }]);
    const check = { slotAtMs: startMs, verdict: "passed", errorKind: null } as const;
    const counts = { isRetried: false, sentBytes: 0, receivedBytes: 0, sentMessages: 0 };
    const times = { tlsTimeMs: 1, dialogueTimeMs: null };
    const deep = { ...counts, ...times, receivedMessages: 0, certificate };
    const checks = [{ ...check, connectTimeMs: 10, synRetransmits: 0, deep }];
    const figures = figuresOf({ expectedCount: 1 }, checks);
    const window = { periodStartMs: startMs, periodEndMs: startMs + MINUTE_MS };
    const region = { covered: true, checks, rechecks: [], figures };
    const minute = summarise(
      web,
      { ...window, scheduleMs: DAY_MS, regions: { "eu-west-1": region } },
      { complete: true, missingRegions: [], rev: 1 },
    );
    const hourMs = startMs - (startMs % HOUR_MS);
    await own.periods.putHour({ taskName: "web", startMs: hourMs, minutes: [minute] });
    const server = await startTestPage(own);
    const read = async (name: string) =>
      JSON.parse((await ask(server.url, `/api/task?name=${name}`)).body).certificate;
    const [seen, none] = [await read("web"), await read("plain")];
    await server.close();
    assert.equal(seen.untilMs, untilMs);
    assert.equal(none, null);
    const lookedBack = asked.filter((one) => one.endsWith(" 49"));
    assert.deepEqual(lookedBack, ["web 49"]);
  });

  it("gives the page, and what it loads under names that change with it", async () => {
    const { body, headers } = await ask(page.url, "/");
    assert.equal(headers["content-type"], "text/html; charset=utf-8");
    assert.doesNotMatch(body, /<script(?! type="module" src="\/assets\/)|<style|style=| on\w+=/);
    for (const [, path = ""] of body.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      const asset = await ask(page.url, path, { headers: { "accept-encoding": "gzip" } });
      assert.equal(asset.status, 200, path);
      assert.match(path, /^\/assets\/(main-[A-Z0-9]{8}\.js|page-[A-Z0-9]{8}\.css)$/);
      assert.equal(asset.headers["cache-control"], "private, max-age=31536000, immutable");
    }
  });

  it("shows articles, and nothing of their HTML", async () => {
    const { status, body } = await ask(page.url, "/help/refused");
    assert.equal(status, 200);
    assert.match(body, /<h1><code>refused<\/code><\/h1>/);
    assert.match(body, /<pre><code># On the host: is it running/);
    for (const path of [
      "/help/nothing",
      "/help/../cost",
      "/help/%2e%2e%2fREADME",
      "/help/a.md",
      ...UNKNOWN_KINDS,
    ]) {
      assert.equal((await ask(page.url, path)).status, 404, path);
    }
  });

  it("has its headers on everything, refusals too", async () => {
    const paths = ["/", "/api/overview", "/nowhere", "/plain.css", "/help/refused"];
    const asked = paths.map((path) => ask(page.url, path));
    asked.push(ask(page.url, "/api/live", { method: "HEAD" }));
    for (const { headers } of await Promise.all(asked)) {
      const policy = String(headers["content-security-policy"]);
      assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; /);
      assert.doesNotMatch(policy, /unsafe|\*|https?:/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["referrer-policy"], "same-origin");
      assert.equal(headers["cross-origin-resource-policy"], "same-origin");
      assert.equal(headers["access-control-allow-origin"], undefined);
    }
  });

  it("refuses in a sentence, with the status of the fault", async () => {
    const other = { headers: { host: "rebound.example.com:80" } };
    const foreign = { headers: { origin: "https://elsewhere.example" } };
    const port = new URL(page.url).port;
    const refusals: [string, Wish, number, string | RegExp][] = [
      ["/api/overview", other, 421, /^The Host header does not name this server/],
      ["/api/overview", { headers: { host: "127.0.0.1:1" } }, 421, /^The Host header/],
      ["/api/overview", foreign, 403, "Not for pages of other sites"],
      ["/api/live", { headers: { "sec-fetch-site": "cross-site" } }, 403, /^Not for pages/],
      ["/api/session", { headers: { "sec-fetch-site": "same-site" } }, 403, /^Not for pages/],
      ["/api/session", { headers: { origin: "null" } }, 403, /^Not for pages/],
      ["/api/session", { headers: { origin: `http://127.0.0.1:${+port + 1}` } }, 403, /^Not/],
      ["/api/overview", { method: "POST" }, 405, "The method must be GET or HEAD"],
      ["/api/overview", { method: "OPTIONS" }, 405, "The method must be GET or HEAD"],
      ["/api/overview", { method: "POST", headers: OVERRIDE }, 405, /^The method must be GET/],
      ["/api/entry?id=x", { headers: OVERRIDE }, 405, "The method must be DELETE"],
      ["/sign-in", {}, 405, "The method must be POST"],
      ["//", {}, 400, "The address must begin with one /"],
      ["//[", {}, 400, "The address must begin with one /"],
      ["/\\", {}, 400, "The address must begin with one /"],
      ["//elsewhere/api/overview", {}, 400, "The address must begin with one /"],
      ["http://elsewhere/", {}, 400, "The address must begin with one /"],
      ["/assets/../../package.json", {}, 404, "There is nothing at this address"],
      ["/assets/%2e%2e/package.json", {}, 404, "There is nothing at this address"],
      ["/assets/%00", {}, 404, "There is no such file"],
      ["/api/task?name=__proto__", {}, 404, 'No task is named "__proto__"'],
      ["/api/task?__proto__=1", {}, 400, /^"__proto__" is no parameter/],
      ["/api/series?name=web&step=constructor", {}, 400, /^step must be/],
      ["/nowhere", {}, 404, "There is nothing at this address"],
      ["/assets/main.js", {}, 404, "There is no such file"],
      [`/api/task?name=${"x".repeat(4_096)}`, {}, 414, /^The address must have at most 4096/],
      ["/api/task", {}, 400, "name is required"],
      ["/api/task?name=", {}, 400, "name must not be empty"],
      ["/api/task?name=a&name=b", {}, 400, "name must be given once"],
      ["/api/task?name=nobody", {}, 404, 'No task is named "nobody"'],
      ["/api/events?name=nobody", {}, 404, 'No task is named "nobody"'],
      ["/api/overview?x=1", {}, 400, '"x" is no parameter of /api/overview, which takes none'],
      ["/api/boards?hours=25", {}, 400, 'hours must be a whole number from 1 to 24, is "25"'],
      ["/api/boards?hours=1e1", {}, 400, /^hours must be a whole number/],
      ["/api/results?name=web&limit=1001", {}, 400, /^limit must be a whole number from 1 to 1000/],
      ["/api/series?name=web&step=2", {}, 400, /^step must be .*minute or hour or day, is "2"$/],
      ["/api/series?name=web&from=9&to=8", {}, 400, "from must be before to, which is 8, is 9"],
      ["/api/series?name=web&from=0&step=minute", {}, 400, /^from must be at most 2 days before/],
    ];
    for (const [path, wish, status, sentence] of refusals) {
      const reply = await ask(page.url, path, wish);
      const { problem } = JSON.parse(reply.body);
      assert.equal(reply.status, status, `${path}: ${problem}`);
      if (typeof sentence === "string") assert.equal(problem, sentence);
      else assert.match(problem, sentence);
    }
    assert.deepEqual(page.warned, []);
  });

  it("may be asked under each of its own names", async () => {
    const port = new URL(page.url).port;
    for (const host of ["localhost", "LOCALHOST", "[::1]", "127.0.0.1", "127.0.0.2"]) {
      const { status } = await ask(page.url, "/", { headers: { host: `${host}:${port}` } });
      assert.equal(status, 200, host);
    }
    const headers = { host: "probes.example.com", origin: "https://probes.example.com" };
    assert.equal((await ask(page.url, "/api/session", { headers })).status, 200);
  });

  it("sends compressed bodies, none to HEAD, and none to who has it already", async () => {
    const whole = await ask(page.url, "/api/boards?hours=24");
    assert.equal(Number(whole.headers["content-length"]), Buffer.byteLength(whole.body));
    const head = await ask(page.url, "/api/boards?hours=24", { method: "HEAD" });
    assert.deepEqual([head.status, head.body], [200, ""]);
    assert.equal(head.headers["content-length"], whole.headers["content-length"]);
    const headers = { "if-none-match": String(whole.headers.etag) };
    const same = await ask(page.url, "/api/boards?hours=24", { headers });
    assert.deepEqual([same.status, same.body], [304, ""]);
    const short = await fetch(`${page.url}/api/boards?hours=24`);
    assert.equal(short.headers.get("content-encoding"), "gzip");
    assert.equal(await short.text(), whole.body);
  });

  it("has room for others when connections that ask nothing fill it", async () => {
    const own = await startTestPage(fleet);
    const port = Number(new URL(own.url).port);
    const idle = Array.from({ length: 500 }, () => connect(port, "127.0.0.1"));
    try {
      const answered = idle.map((socket) => once(socket, "data"));
      for (const socket of idle)
        socket.write(`HEAD /plain.css HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
      await Promise.all(answered);
      await assert.rejects(ask(own.url, "/plain.css"));
      assert.equal((await ask(own.url, "/plain.css")).status, 200);
    } finally {
      for (const socket of idle) socket.destroy();
      await own.close();
    }
  });

  it("ends a request whose head is too long or nonsense with a sentence", async () => {
    for (const [head, status] of [
      [`GET / HTTP/1.1\r\nhost: x\r\nlong: ${"x".repeat(9_000)}\r\n\r\n`, 431],
      ["nonsense\r\n\r\n", 400],
    ] as const) {
      const socket = connect(Number(new URL(page.url).port), "127.0.0.1");
      socket.write(head);
      const answer = await text(socket);
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
      assert.match(answer, /content-security-policy: default-src 'none'/);
    }
  });
});

describe("a change", () => {
  const order = { scope: { kind: "task", name: "web" }, durationMs: HOUR_MS, reason: "r", by: "b" };

  async function send(path: string, body: unknown, headers: Record<string, string> = {}) {
    const { token } = JSON.parse((await ask(page.url, "/api/session")).body);
    return ask(page.url, path, {
      method: "POST",
      headers: { "content-type": "application/json", "x-synfleet-token": token, ...headers },
      body: JSON.stringify(body),
    });
  }

  it("is stored, is in the next overview, and can be ended", async () => {
    for (const [path, kind] of [
      ["/api/maintenance", "maintenance"],
      ["/api/silence", "silence"],
    ] as const) {
      const made = await send(path, order);
      assert.equal(made.status, 201, made.body);
      const { id } = JSON.parse(made.body);
      const { tasks } = JSON.parse((await ask(page.url, "/api/overview")).body);
      const { held } = tasks.find(({ name }: { name: string }) => name === "web");
      assert.deepEqual(held, [{ kind, id, untilMs: NOW_MS + HOUR_MS, reason: "r" }]);
      const { token } = JSON.parse((await ask(page.url, "/api/session")).body);
      const wish = { method: "DELETE", headers: { "x-synfleet-token": token } };
      assert.equal((await ask(page.url, `/api/entry?id=${id}`, wish)).status, 200);
      assert.equal((await ask(page.url, "/api/entry?id=nothing", wish)).status, 404);
    }
  });

  it("is refused in a sentence, and nothing is stored", async () => {
    const before = await fleet.settings.readSettings();
    const refusals: [string, unknown, Record<string, string>, number, RegExp, string?][] = [
      ["/api/silence", order, { "x-synfleet-token": "" }, 403, /^A change needs the header/],
      ["/api/silence", order, { "x-synfleet-token": "0".repeat(64) }, 403, /^A change needs/],
      ["/api/silence", order, { origin: "http://elsewhere" }, 403, /^Not for pages/],
      ["/api/silence", order, { "sec-fetch-site": "same-site" }, 403, /^Not for pages/],
      ["/api/silence", order, { "content-type": "text/plain" }, 415, /^The content-type/],
      ["/api/silence", [], {}, 400, /^The body must be a JSON object$/],
      ["/api/silence", JSON.parse('{"__proto__":{"by":"b"}}'), {}, 400, /^"__proto__" is no field/],
      ["/api/silence", { ...order, scope: JSON.parse(PROTO_SCOPE) }, {}, 400, /^scope must/],
      ["/api/silence", { ...order, reason: "x".repeat(17_000) }, {}, 413, /16384 bytes$/],
      ["/api/silence", { ...order, reason: " " }, {}, 400, /^reason must be/, "reason"],
      ["/api/silence", { ...order, by: 1 }, {}, 400, /^by must be/, "by"],
      ["/api/silence", { ...order, durationMs: 1 }, {}, 400, /^durationMs must/, "durationMs"],
      ["/api/silence", { ...order, more: 1 }, {}, 400, /^"more" is no field/, "more"],
      ["/api/silence", { ...order, scope: { kind: "task" } }, {}, 400, /^scope must/, "scope"],
      ["/api/ack", order, {}, 409, /^Nothing is open of task "web"/],
      [
        "/api/ack",
        { ...order, scope: { kind: "fleet" } },
        {},
        409,
        /^Nothing is open of the fleet/,
      ],
      ["/api/maintenance", { ...order, scope: { kind: "task", name: "x" } }, {}, 404, /^No task/],
      ["/api/maintenance", { ...order, scope: { kind: "target", id: "x" } }, {}, 404, /^No task/],
    ];
    for (const [path, body, headers, status, sentence, field] of refusals) {
      const reply = await send(path, body, headers);
      const told = JSON.parse(reply.body);
      assert.equal(reply.status, status, told.problem);
      assert.match(told.problem, sentence);
      if (field !== undefined) assert.equal(told.field, field);
    }
    assert.deepEqual(await fleet.settings.readSettings(), before);
  });
});

describe("a page with a token", () => {
  it("asks for it once, and takes it from tools", async () => {
    const own = await startTestPage(fleet, { token: TOKEN, address: "0.0.0.0" });
    try {
      const form = await ask(own.url, "/");
      assert.equal(form.status, 401);
      assert.match(form.body, /<form method="post" action="\/sign-in">/);
      assert.equal((await ask(own.url, "/api/overview")).status, 401);
      assert.equal((await ask(own.url, "/metrics")).status, 401);
      assert.equal((await ask(own.url, "/healthz")).status, 200);
      const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
      assert.equal((await ask(own.url, "/metrics", bearer(TOKEN))).status, 200);
      assert.equal((await ask(own.url, "/metrics", bearer(`${TOKEN}x`))).status, 401);
      const send = (token: string, headers = {}) =>
        ask(own.url, "/sign-in", { method: "POST", headers, body: `token=${token}` });
      assert.equal((await send(TOKEN, { "sec-fetch-site": "cross-site" })).status, 403);
      const wrong = await send("wrong");
      assert.deepEqual([wrong.status, wrong.headers["set-cookie"]], [401, undefined]);
      assert.match(wrong.body, /This is not the token/);
      const right = await send(TOKEN);
      assert.deepEqual([right.status, right.headers.location], [303, "/"]);
      const [cookie = ""] = right.headers["set-cookie"] ?? [];
      assert.match(cookie, /; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/);
      assert.equal(cookie.split("=")[0], `synfleet_page_${new URL(own.url).port}`);
      const proxied = { host: "probes.example.com", origin: "https://probes.example.com" };
      const [encrypted = ""] = (await send(TOKEN, proxied)).headers["set-cookie"] ?? [];
      assert.match(encrypted, /; Secure$/);
      assert.ok(!cookie.includes(TOKEN));
      const signedIn = { headers: { cookie: `a=b; ${cookie.split(";")[0]}` } };
      assert.equal((await ask(own.url, "/api/overview", signedIn)).status, 200);
      const forged = { headers: { cookie: String(cookie.split(";")[0]).replace(/.$/, "0g") } };
      assert.equal((await ask(own.url, "/api/overview", forged)).status, 401);
      const change = { ...signedIn.headers, ...bearer("wrong").headers };
      const end = { method: "DELETE", headers: change };
      assert.equal((await ask(own.url, "/api/entry?id=x", end)).status, 403);
      // Three were wrong; after five in a second the right one is refused too.
      for (const guess of ["a", "b"]) assert.equal((await send(guess)).status, 401);
      assert.equal((await send(TOKEN)).status, 429);
    } finally {
      await own.close();
    }
  });

  it("is what a server beyond loopback does not begin without", async () => {
    await assert.rejects(startTestPage(fleet, { address: "0.0.0.0" }), /needs a token/);
  });
});

describe("/api/live", () => {
  it("tells what has changed, compressed or not, and ends within a second", async () => {
    const own = await startTestPage(fleet);
    const plain = new AbortController();
    const reply = await fetch(`${own.url}/api/live`, {
      headers: { "accept-encoding": "identity" },
      signal: plain.signal,
    });
    assert.equal(reply.headers.get("content-type"), "text/event-stream; charset=utf-8");
    const heard = hear(reply);
    const shortReply = await fetch(`${own.url}/api/live`);
    assert.equal(shortReply.headers.get("content-encoding"), "gzip");
    const shortHeard = hear(shortReply);
    await heard.until(/event: overview\ndata: \{"fleet":"test"/);
    own.tell({
      ...{ id: "e1", time: NOW_MS, resources: [] },
      detailType: "TCP Probe Alert State Change",
      detail: { task_name: HOSTILE, state: "CRITICAL", summary: "down\nand\u2028out" },
    });
    for (const one of [heard, shortHeard]) {
      const told = await one.until(/event: event\ndata: ([^\n]*)\n\n/);
      const row = JSON.parse(told[1] ?? "");
      assert.deepEqual([row.id, row.taskName, row.summary], ["e1", HOSTILE, "down\nand\u2028out"]);
    }
    const beganMs = performance.now();
    await own.close();
    assert.ok(performance.now() - beganMs < 1_000);
    await heard.ended;
    assert.deepEqual(own.warned, []);
  });

  it("drops who reads too slowly, and goes on with the others", () => {
    const counts: number[] = [];
    const clients = new LiveClients((count) => counts.push(count));
    const client = (isSlow: boolean) => {
      const response = new HeldResponse(isSlow);
      clients.add(response as unknown as ServerResponse, false);
      return response;
    };
    const [slow, quick] = [client(true), client(false)];
    let mostBytes = 0;
    for (let i = 0; i < 12; i += 1) {
      clients.send("overview", "x".repeat(1024 * 1024));
      mostBytes = Math.max(mostBytes, slow.heldBytes);
    }
    assert.ok(mostBytes < 6 * 1024 * 1024, `${mostBytes} bytes are held`);
    assert.equal(slow.heldBytes, 0);
    assert.deepEqual(counts, [1, 2, 1]);
    quick.destroy();
    assert.equal(counts.at(-1), 0);
  });

  it("shows what an event changed, also if the overview had just been read", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const sent: string[] = [];
    let nowMs = NOW_MS;
    const record = { fleet: "calm", judgedToMs: null, tasks: [] as const };
    const overview = new SharedOverview({
      read: async () => ({ ...record }) as unknown as OverviewRecord,
      now: () => nowMs,
    });
    const readNewEvents = async () => [];
    const feed = new LiveFeed({ overview, readNewEvents, pollMs: DAY_MS, warn: assert.fail });
    const write = (text: string) => sent.push(String(text));
    const nothing = () => undefined;
    const heads = { writeHead: nothing, once: nothing, end: nothing };
    const response = { ...heads, writableLength: 0, write };
    const pass = async (ms: number) => {
      nowMs += ms;
      mock.timers.tick(ms);
      await setImmediate();
    };
    try {
      feed.listen(response as unknown as ServerResponse, false);
      await pass(0);
      record.fleet = "changed";
      // Events without a pause: the reading of before them is no answer.
      for (let i = 0; i < 20; i += 1) {
        feed.poke();
        await pass(200);
      }
      assert.match(sent.join(""), /"fleet":"calm".*"fleet":"changed"/s);
    } finally {
      feed.close();
      mock.timers.reset();
    }
  });
});

const FIGURES = figuresOf(
  { expectedCount: 4 },
  (["passed", "failed"] as const).map((verdict, slotAtMs) => ({
    ...{ slotAtMs, verdict, synRetransmits: 0 },
    errorKind: verdict === "passed" ? null : "timeout",
    connectTimeMs: verdict === "passed" ? 10 : null,
  })),
);

/** Holds what is written to it if its reader is slow, as a socket does. */
class HeldResponse extends EventEmitter {
  heldBytes = 0;
  readonly #isSlow: boolean;

  constructor(isSlow: boolean) {
    super();
    this.#isSlow = isSlow;
  }

  get writableLength(): number {
    return this.heldBytes;
  }

  writeHead(): this {
    return this;
  }

  write(part: Buffer): void {
    if (this.#isSlow) this.heldBytes += part.length;
  }

  destroy(): void {
    this.heldBytes = 0;
    this.emit("close");
  }
}

const OVERRIDE = { "x-http-method-override": "DELETE" };
const UNKNOWN_KINDS = ["/help/__proto__", "/help/constructor", "/help/%00", "/help/%3Cscript%3E"];
const PROTO_SCOPE = '{"__proto__":{"kind":"fleet"}}';

const LATEST = {
  web: { atMs: Date.UTC(2026, 0, 2, 3, 2), avgMs: 12.5, p95Ms: 20, regions: "fo" },
};

function namesOf(tasks: readonly { readonly name: string }[]): string[] {
  return tasks.map(({ name }) => name).sort();
}

/** What a stream has sent so far. */
function hear(reply: Response) {
  let said = "";
  const decoder = new TextDecoder();
  const more = new EventTarget();
  const read = async () => {
    assert.ok(reply.body !== null);
    for await (const part of reply.body) {
      said += decoder.decode(part, { stream: true });
      more.dispatchEvent(new Event("more"));
    }
  };
  return {
    ended: read().catch(() => undefined),
    until: async (wanted: RegExp): Promise<RegExpExecArray> => {
      for (;;) {
        const found = wanted.exec(said);
        if (found !== null) return found;
        await once(more, "more");
      }
    },
  };
}

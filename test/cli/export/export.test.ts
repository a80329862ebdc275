import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import { DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import { openSqliteSink } from "../../../cli/export/sqlite-sink.ts";
import { DraftFile } from "../../../cli/files/draft-file.ts";
import { openHome, openRegion } from "../../../cli/fleet/open-stores.ts";
import { DETAIL_TYPES, regionTableName } from "../../../shared/contract.ts";
import { encodeBundle } from "../../../shared/plan/plan.ts";
import { figuresOf, summarise } from "../../../shared/summary/summary.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS, startOfMinute, toIso } from "../../../shared/units.ts";
import { aChunk, aFailure, aResult, aTask } from "../../fakes/results.ts";
import { startTestFleet, type TestFleet } from "../local-fleet.ts";

const SSH = "SSH Check";
const ODD = `=cmd|' /C calc'!A0 "quoted", '; DROP TABLE x; --\n<script>😀`;
const SSH_TASK = aTask(SSH, { targetId: "ssh" });
const TASKS = [aTask(ODD, { host: "[2001:db8::1]:443" }), SSH_TASK];
const TERM_MS = startOfMinute(Date.now()) - 10 * MINUTE_MS;
const SLOT_COUNT = 130;

// The documents' own queries, as they are written there.
const LATEST_RESULTS = `
SELECT
  timestamp,
  connect_time_ms,
  success,
  error
FROM raw_metric_tcp
WHERE task_name = 'SSH Check'
ORDER BY timestamp DESC
LIMIT 100;
`;
const FIGURES_OF_A_DAY = `
SELECT
  period_start,
  avg_connect_time_ms,
  failure_percent,
  successful_connections,
  failed_connections
FROM agg_metric_tcp
WHERE task_name = 'SSH Check'
  AND period_start > (strftime('%s', 'now') - 86400)
ORDER BY period_start DESC;
`;
const COMPARED_WITH_PING = `
-- TCP vs ICMP latency comparison
SELECT
  tcp.period_start,
  tcp.avg_connect_time_ms as tcp_ms,
  ping.avg_latency_ms as ping_ms,
  (tcp.avg_connect_time_ms - ping.avg_latency_ms) as overhead_ms
FROM agg_metric_tcp tcp
JOIN agg_metric_ping ping
  ON tcp.period_start = ping.period_start
WHERE tcp.task_name = 'SSH Check'
  AND ping.task_name = 'SSH Host Ping'
ORDER BY tcp.period_start DESC
LIMIT 20;
`;

async function fill(fleet: TestFleet): Promise<void> {
  await openHome(fleet.open).tasks.putTasks(TASKS);
  const bundle = { tasks: TASKS };
  const { hash } = encodeBundle(bundle);
  for (const { name } of fleet.open.fleet.regions) {
    const { plans, chunks } = openRegion(fleet.open, name);
    await plans.writeBundle(hash, bundle, Date.now() + DAY_MS);
    const ssh = Array.from({ length: SLOT_COUNT }, (_, i) => {
      const slotAtMs = TERM_MS + i * 400;
      return (i % 2 === 1 ? aFailure : aResult)({ taskIndex: 1, slotAtMs });
    });
    const results = [...ssh, aResult({ slotAtMs: TERM_MS })];
    const chunk = aChunk({ bundle: hash, termFromMs: TERM_MS, results });
    await chunks.putChunk({ ...chunk, shard: 0, part: 0 });
  }
  const { summaries, history } = openHome(fleet.open);
  await summaries.putSummaries([0, 1, 2].map(summaryOf));
  await history.putHistory([
    {
      id: "one",
      detailType: DETAIL_TYPES.stateChange,
      time: TERM_MS,
      resources: [],
      detail: { task_name: ODD, state: "CRITICAL", summary: `CRITICAL: ${ODD} is down` },
    },
  ]);
}

function summaryOf(minute: number) {
  const checks = [
    { ...CHECK, verdict: "passed" as const, errorKind: null, connectTimeMs: 10 },
    { ...CHECK, verdict: "failed" as const, errorKind: "refused" as const, connectTimeMs: null },
  ];
  const figures = figuresOf({ expectedCount: 2 }, checks);
  const region = { covered: true, checks, rechecks: [], figures };
  const periodStartMs = TERM_MS + minute * MINUTE_MS;
  return summarise(
    SSH_TASK,
    {
      periodStartMs,
      periodEndMs: periodStartMs + MINUTE_MS,
      scheduleMs: 15_000,
      regions: { "eu-west-1": region, "us-east-1": region },
    },
    { complete: true, missingRegions: [], rev: 1 },
  );
}

const CHECK = { slotAtMs: 0, synRetransmits: 0 };

/** Rows as plain objects, so that they compare. */
function query(path: string, sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}

describe("synfleet export", () => {
  let fleet: TestFleet;
  const folder = mkdtempSync(join(tmpdir(), "synfleet-export-"));
  const file = join(folder, "all.sqlite");
  before(async () => {
    fleet = await startTestFleet();
    await fill(fleet);
    const { code, out, error } = await fleet.run("export", "--sqlite", file);
    assert.deepEqual({ code, error }, { code: 0, error: [] });
    assert.deepEqual(out, [`${file}: ${2 * SLOT_COUNT + 2} results, 3 summaries, 1 alerts.`]);
  });
  after(async () => {
    await fleet.close();
    rmSync(folder, { recursive: true });
  });

  test("--sqlite gives the documents' queries what they ask for", () => {
    const latest = query(file, LATEST_RESULTS);
    assert.equal(latest.length, 100);
    const lastSlotMs = TERM_MS + (SLOT_COUNT - 1) * 400;
    const last = { timestamp: Math.floor(lastSlotMs / SECOND_MS) };
    const failed = { ...last, connect_time_ms: null, success: 0, error: "Connection refused" };
    assert.ok(latest.some((row) => JSON.stringify(row) === JSON.stringify(failed)));
    assert.ok(latest.some((row) => row.success === 1 && row.connect_time_ms === 12.345));
    assert.deepEqual(
      query(file, FIGURES_OF_A_DAY),
      [2, 1, 0].map((minute) => ({
        period_start: (TERM_MS + minute * MINUTE_MS) / SECOND_MS,
        avg_connect_time_ms: 10,
        failure_percent: 50,
        successful_connections: 2,
        failed_connections: 2,
      })),
    );
    assert.deepEqual(query(file, COMPARED_WITH_PING), []);
    const database = new DatabaseSync(file);
    database.exec(
      `INSERT INTO agg_metric_ping (task_name, period_start, avg_latency_ms)
       VALUES ('SSH Host Ping', ${TERM_MS / SECOND_MS}, 4)`,
    );
    database.close();
    assert.deepEqual(query(file, COMPARED_WITH_PING), [
      { period_start: TERM_MS / SECOND_MS, tcp_ms: 10, ping_ms: 4, overhead_ms: 6 },
    ]);
  });

  test("--sqlite has the documents' columns and types first, in their order", () => {
    const columnsOf = (table: string, count: number) =>
      query(file, `PRAGMA table_info(${table})`)
        .slice(0, count)
        .map(({ name, type, pk }) => [name, type, pk].join(" "));
    assert.deepEqual(columnsOf("raw_metric_tcp", 8), [
      "id INTEGER 1",
      "task_name TEXT 0",
      "timestamp INTEGER 0",
      "connect_time_ms REAL 0",
      "success BOOLEAN 0",
      "error TEXT 0",
      "host TEXT 0",
      "target_id TEXT 0",
    ]);
    assert.deepEqual(columnsOf("agg_metric_tcp", 13), [
      "id INTEGER 1",
      "task_name TEXT 0",
      "period_start INTEGER 0",
      "period_end INTEGER 0",
      "sample_count INTEGER 0",
      "avg_connect_time_ms REAL 0",
      "max_connect_time_ms REAL 0",
      "min_connect_time_ms REAL 0",
      "failure_percent REAL 0",
      "successful_connections INTEGER 0",
      "failed_connections INTEGER 0",
      "host TEXT 0",
      "target_id TEXT 0",
    ]);
    const plan = query(file, `EXPLAIN QUERY PLAN ${LATEST_RESULTS}`);
    assert.match(JSON.stringify(plan), /USING INDEX raw_metric_tcp_by_task/);
  });

  test("--sqlite has what port monitors call checks, minutes by region, and alerts", () => {
    const checks = query(
      file,
      "SELECT name, type, url, host, port, status_code, response_time_ms, is_up, region FROM checks WHERE port = 443",
    );
    const of = (region: string) => ({
      ...{ name: ODD, type: "tcp", url: "tcp://[2001:db8::1]:443" },
      ...{ host: "[2001:db8::1]", port: 443, status_code: null },
      ...{ response_time_ms: 12.345, is_up: 1, region },
    });
    assert.deepEqual(checks, [of("eu-west-1"), of("us-east-1")]);
    const regions = query(
      file,
      "SELECT region, sample_count, host FROM agg_metric_tcp_region GROUP BY region",
    );
    assert.deepEqual(regions, [
      { region: "eu-west-1", sample_count: 2, host: "192.0.2.1:22" },
      { region: "us-east-1", sample_count: 2, host: "192.0.2.1:22" },
    ]);
    const alerts = query(file, "SELECT event_id, task_name, state, timestamp FROM alert");
    const timestamp = TERM_MS / SECOND_MS;
    assert.deepEqual(alerts, [{ event_id: "one", task_name: ODD, state: "CRITICAL", timestamp }]);
  });

  test("--csv and --ndjson print rows in order of time, and --task takes some of them", async () => {
    const csv = await fleet.run("export", "--csv", "--from", "1h", "--task", ODD);
    assert.equal(csv.code, 0);
    assert.equal(csv.out.length, 3);
    assert.match(csv.out[0] ?? "", /^task_name,timestamp,connect_time_ms,success,.*\r$/);
    // No formula, and quotes and commas stay in their cell.
    assert.match(csv.out[1] ?? "", /^"'=cmd\|' \/C calc'!A0 ""quoted"", /);
    const ndjson = await fleet.run("export", "--ndjson", "--from", "1h");
    const rows = ndjson.out.map((line) => JSON.parse(line));
    assert.equal(rows.length, 2 * SLOT_COUNT + 2);
    const times = rows.map(({ scheduled_at }) => scheduled_at);
    assert.deepEqual(times, times.toSorted());
    const minutes = await fleet.run("export", "--ndjson", "--what", "summaries", "--task", SSH);
    assert.deepEqual(
      minutes.out.map((line) => JSON.parse(line).period_start),
      [0, 1, 2].map((minute) => TERM_MS / SECOND_MS + minute * 60),
    );
    const alerts = await fleet.run("export", "--csv", "--what", "alerts");
    assert.match(alerts.out[0] ?? "", /^time,timestamp,task_name/);
    assert.equal(alerts.out.length, 2);
  });

  test("--from and --to take ages, ISO times and Unix seconds", async () => {
    const at = (ms: number) => [toIso(TERM_MS + ms), String((TERM_MS + ms) / SECOND_MS)];
    for (const from of at(4_000))
      for (const to of at(8_000)) {
        const { out } = await fleet.run(
          "export",
          "--ndjson",
          "--task",
          SSH,
          "--from",
          from,
          "--to",
          to,
        );
        assert.equal(out.length, 20, `${from} ${to}`);
      }
    const past = await fleet.run("export", "--ndjson", "--from", "7d", "--to", "1d");
    assert.deepEqual(past, { code: 0, out: [], error: [] });
  });

  test("a file that is there is replaced with --force only", async () => {
    const target = join(folder, "rows.csv");
    const words = ["export", "--csv", "--from", "1h", "--out", target, "--task", ODD];
    assert.equal((await fleet.run(...words)).code, 0);
    assert.match(readFileSync(target, "utf8"), /^task_name,[^\n]*\r\n"'=cmd[^\n]*\r\n[^\n]*\r\n$/);
    writeFileSync(target, "mine");
    const refused = await fleet.run(...words);
    assert.equal(refused.code, 3);
    assert.match(refused.error[0] ?? "", /rows\.csv is there already\. .*--force\./);
    assert.equal(readFileSync(target, "utf8"), "mine");
    assert.equal((await fleet.run(...words, "--force")).code, 0);
    assert.match(readFileSync(target, "utf8"), /^task_name/);
    const nowhere = await fleet.run("export", "--sqlite", join(folder, "no", "x.sqlite"));
    assert.equal(nowhere.code, 3);
    assert.match(nowhere.error[0] ?? "", /There is no folder .*no\./);
    assert.deepEqual(readdirSync(folder).sort(), ["all.sqlite", "rows.csv"]);
  });

  test("a wrong call is told why", async () => {
    const table: [string[], number, RegExp][] = [
      [[], 2, /Choose one of --sqlite FILE, --csv and --ndjson\./],
      [["--csv", "--ndjson"], 2, /Choose one of/],
      [["--sqlite", "x", "--out", "y"], 2, /--out does not go with --sqlite/],
      [["--csv", "--force"], 2, /--force goes with a file/],
      [
        ["--csv", "--what", "pings"],
        2,
        /--what must be results or summaries or alerts, is "pings"/,
      ],
      [["--csv", "--from", "soon"], 2, /--from must be an age .* or Unix seconds, is "soon"/],
      [["--csv", "--from", "1h", "--to", "2h"], 2, /--from must be before --to/],
      [
        ["--csv", "--task", "SSH Chek"],
        1,
        /No task is named "SSH Chek"\. Did you mean "SSH Check"\?/,
      ],
    ];
    for (const [words, code, sentence] of table) {
      const said = await fleet.run("export", ...words);
      assert.equal(said.code, code, words.join(" "));
      assert.match(said.error.join("\n"), sentence);
      assert.deepEqual(said.out, []);
    }
  });

  // The last one: it takes a region away.
  test("a region that can't be read is named, and all else is written", async () => {
    const { open } = fleet;
    const TableName = regionTableName(open.fleet.name, "results", "us-east-1");
    await open.clientFor("us-east-1").send(new DeleteTableCommand({ TableName }));
    const target = join(folder, "half.sqlite");
    const { code, error } = await fleet.run("export", "--sqlite", target);
    assert.equal(code, 3);
    assert.equal(error.length, 1);
    assert.match(
      error[0] ?? "",
      /^Region us-east-1 could not be read, its results from \S+ on are missing: A table/,
    );
    assert.deepEqual(query(target, "SELECT count(*) AS n FROM raw_metric_tcp"), [
      { n: SLOT_COUNT + 1 },
    ]);
    assert.deepEqual(query(target, "SELECT count(*) AS n FROM agg_metric_tcp"), [{ n: 3 }]);
  });
});

describe("DraftFile", () => {
  const folder = mkdtempSync(join(tmpdir(), "synfleet-draft-"));
  const path = join(folder, "file");
  after(() => rmSync(folder, { recursive: true }));

  class FakeSignals extends EventEmitter {
    readonly pid = 42;
    readonly killed: string[] = [];
    kill(pid: number, signal: string): void {
      this.killed.push(`${pid} ${signal}`);
    }
  }

  test("leaves nothing when a signal ends the process, and ends it", () => {
    const signals = new FakeSignals();
    const file = new DraftFile(path, false, signals);
    writeFileSync(file.draft, "half");
    signals.emit("SIGINT");
    assert.deepEqual(readdirSync(folder), []);
    assert.deepEqual(signals.killed, ["42 SIGINT"]);
    assert.deepEqual(signals.eventNames(), []);
  });

  test("replaces no device and no folder, not even when told to, and needs a folder", () => {
    const nowhere = join(folder, "none", "file");
    const NO_PLACES: readonly [path: string, replaces: boolean, sentence: string][] = [
      ["/dev/null", true, "/dev/null is not a file: name another one."],
      [folder, true, `${folder} is not a file: name another one.`],
      [nowhere, true, `There is no folder ${join(folder, "none")}.`],
      [nowhere, false, `There is no folder ${join(folder, "none")}.`],
    ];
    for (const [place, replaces, sentence] of NO_PLACES)
      assert.throws(() => new DraftFile(place, replaces, new FakeSignals()), { message: sentence });
  });

  test("is the only file while SQLite writes it", () => {
    const file = new DraftFile(path, false, new FakeSignals());
    const sink = openSqliteSink(file);
    // A row that can't be written leaves its transaction open, with its journal.
    assert.throws(() => sink.add("alerts", [null as never]));
    assert.deepEqual(readdirSync(folder), ["file.42.part"]);
    sink.discard();
    assert.deepEqual(readdirSync(folder), []);
  });

  test("takes a link that leads nowhere for a file that is there", () => {
    symlinkSync(join(folder, "gone"), path);
    assert.throws(() => new DraftFile(path, false, new FakeSignals()), /is there already/);
    rmSync(path);
  });

  test("does not replace what came there meanwhile", () => {
    const signals = new FakeSignals();
    const file = new DraftFile(path, false, signals);
    writeFileSync(file.draft, "ours");
    writeFileSync(path, "theirs");
    assert.throws(() => file.keep(), /is there already/);
    assert.equal(readFileSync(path, "utf8"), "theirs");
    assert.ok(!existsSync(file.draft));
    assert.deepEqual(signals.eventNames(), []);
  });
});

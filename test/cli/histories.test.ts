import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { openHistory, openHome, openRegion } from "../../cli/fleet/open-stores.ts";
import {
  chunkKey,
  historyKey,
  openHomeStores,
} from "../../functions/adapters/dynamodb/dynamodb.ts";
import { DETAIL_TYPES, homeTableName, regionTableName } from "../../shared/contract.ts";
import { encodeBundle } from "../../shared/plan/plan.ts";
import { figuresOf, summarise } from "../../shared/summary/summary.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS, startOfMinute, toIso } from "../../shared/units.ts";
import { encodeLaterChunk } from "../fakes/later-chunk.ts";
import { aChunk, aFailure, aResult, aTask } from "../fakes/results.ts";
import { startTestFleet, type TestFleet } from "./local-fleet.ts";

const NAME = "db primary";

/** A lease term that began some minutes ago; stores ignore items that are expired by the real clock. */
const LEASE_TERM_MS = startOfMinute(Date.now()) - 5 * MINUTE_MS;

async function storeResults({ open }: TestFleet): Promise<void> {
  const bundle = { tasks: [aTask(NAME)] };
  const { hash } = encodeBundle(bundle);
  for (const region of ["eu-west-1", "us-east-1"]) {
    const { plans, chunks } = openRegion(open, region);
    await plans.writeBundle(hash, bundle, Date.now() + DAY_MS);
    const slots = [0, 1, 2].map((i) => LEASE_TERM_MS + i * 15 * SECOND_MS);
    const results = slots.map((slotAtMs, i) =>
      i === 1 ? aFailure({ slotAtMs }) : aResult({ slotAtMs }),
    );
    const chunk = aChunk({ bundle: hash, termFromMs: LEASE_TERM_MS, results });
    await chunks.putChunk({ ...chunk, shard: 0, part: 0 });
  }
}

/** One more check, with an outcome that this version does not know. */
async function storeNewerChunk({ open }: TestFleet, region: string): Promise<void> {
  const { hash } = encodeBundle({ tasks: [aTask(NAME)] });
  const results = [aResult({ slotAtMs: LEASE_TERM_MS + 45 * SECOND_MS })];
  const chunk = aChunk({ bundle: hash, termFromMs: LEASE_TERM_MS, results });
  const { pk, sk } = chunkKey(0, LEASE_TERM_MS, "1");
  const bytes = encodeLaterChunk(chunk, { outcomes: new Map([[0, 2_000]]) });
  await open.clientFor(region).send(
    new PutItemCommand({
      TableName: regionTableName(open.fleet.name, "results", region),
      Item: { pk: { S: pk }, sk: { S: sk }, chunk: { B: bytes } },
    }),
  );
}

async function storeSummaries({ open }: TestFleet): Promise<void> {
  const checks = [10, 20].map((connectTimeMs, i) => ({
    slotAtMs: LEASE_TERM_MS + i,
    verdict: "passed" as const,
    errorKind: null,
    connectTimeMs,
    synRetransmits: 0,
  }));
  const region = {
    covered: true,
    checks,
    rechecks: [],
    figures: figuresOf({ expectedCount: 3 }, checks),
  };
  const summaries = [2, 1, 0].map((i) => {
    const periodStartMs = LEASE_TERM_MS - i * MINUTE_MS;
    const period = { periodStartMs, periodEndMs: periodStartMs + MINUTE_MS, scheduleMs: 15_000 };
    return summarise(
      aTask(NAME),
      { ...period, regions: { "eu-west-1": region } },
      { complete: false, missingRegions: ["us-east-1"], rev: 1 },
    );
  });
  await openHome(open).summaries.putSummaries(summaries);
}

const WORDS: Readonly<Record<string, string>> = {
  CRITICAL: "down",
  WARNING: "slow",
  OK: "fine",
};

async function storeAlerts({ open }: TestFleet): Promise<void> {
  const event = (id: string, minute: number, detail: { task_name: string; state: string }) => ({
    id,
    detailType: DETAIL_TYPES.stateChange,
    time: LEASE_TERM_MS + minute * MINUTE_MS,
    resources: [],
    detail: {
      ...detail,
      summary: `${detail.state}: ${detail.task_name} is ${WORDS[detail.state]}`,
    },
  });
  await openHome(open).history.putHistory([
    event("one", 0, { task_name: NAME, state: "CRITICAL" }),
    event("two", 1, { task_name: "web", state: "WARNING" }),
    event("three", 2, { task_name: NAME, state: "OK" }),
  ]);
}

function parseLines(lines: readonly string[]) {
  return lines.map((line) => JSON.parse(line));
}

describe("histories", () => {
  let fleet: TestFleet;
  before(async () => {
    fleet = await startTestFleet();
    await storeResults(fleet);
    await storeSummaries(fleet);
    await storeAlerts(fleet);
  });
  after(() => fleet.close());

  test("results shows every region's checks, the newest last", async () => {
    const { code, out } = await fleet.run("results", NAME);
    assert.equal(code, 0);
    assert.equal(out.length, 7);
    assert.match(out[0] ?? "", /^SCHEDULED +REGION +RESULT +CONNECT +DNS +ADDRESS +ERROR$/);
    assert.match(out[1] ?? "", /^\S+Z +\S+ +passed +12\.3 ms +1\.500 ms +192\.0\.2\.1 +-$/);
    assert.match(out[3] ?? "", /failed +- .* Connection refused$/);
    const times = out.slice(1).map((line) => line.slice(0, 24));
    assert.deepEqual(times, times.toSorted());
  });

  test("results reports samples of a newer version on standard error, also with --json", async () => {
    const newer = await startTestFleet();
    try {
      await storeResults(newer);
      await storeNewerChunk(newer, "us-east-1");
      for (const [words, lineCount] of [
        [["results", NAME], 8],
        [["results", NAME, "--json"], 7],
      ] as const) {
        const { code, out, error } = await newer.run(...words);
        assert.deepEqual([code, out.length], [0, lineCount]);
        assert.deepEqual(error, [
          "A newer version wrote samples of this task or of others that can't be fully understood:",
          "  us-east-1: 1 sample",
        ]);
      }
    } finally {
      await newer.close();
    }
  });

  test("results --json prints raw_metric_tcp records, --limit and --region choose", async () => {
    const { out } = await fleet.run(
      ...["results", NAME, "--json", "--limit", "2", "--region", "us-east-1"],
    );
    const rows = parseLines(out);
    assert.deepEqual(
      rows.map(({ region, success, error_kind, timestamp }) => [
        region,
        success,
        error_kind,
        timestamp,
      ]),
      [
        ["us-east-1", false, "refused", LEASE_TERM_MS / 1_000 + 15],
        ["us-east-1", true, null, LEASE_TERM_MS / 1_000 + 30],
      ],
    );
  });

  test("results takes several tasks, prints CSV, and names those that it does not know", async () => {
    const { code, out, error } = await fleet.run("results", NAME, "nothing", "--limit", "1");
    assert.equal(code, 1);
    assert.match(String(out[0]), / ADDRESS +TASK +ERROR$/);
    assert.match(String(out[1]), / db primary +-$/);
    assert.match(String(error[0]), /^No task is named "nothing"\./);
    const csv = await fleet.run("results", NAME, "--csv", "--limit", "2");
    assert.match(String(csv.out[0]), /^id,task_name,timestamp,.*,detail\r$/);
    assert.equal(csv.out.length, 3);
  });

  test("results --since leaves out older checks", async () => {
    const since = toIso(LEASE_TERM_MS + 20 * SECOND_MS);
    const { out } = await fleet.run("results", NAME, "--json", "--since", since);
    assert.equal(parseLines(out).length, 2);
  });

  for (const words of [["results"], ["summaries"], ["alerts", "--task"]]) {
    test(`${words.join(" ")} of a name that no task has ends with 1 and says what may be meant`, async () => {
      const { tasks } = openHome(fleet.open);
      const run = (name: string) => fleet.run(...words, name, "--since", "1h", "--json");
      assert.deepEqual(await run("nobody"), {
        code: 1,
        out: [],
        error: ['No task is named "nobody". No tasks are stored.'],
      });
      await tasks.putTasks([aTask("quiet"), aTask("Web")]);
      for (const [name, hint] of [
        ["nobody", 'The stored tasks are "Web", "quiet".'],
        ["quite", 'Did you mean "quiet"?'],
        ["WEB", 'Did you mean "Web"?'],
      ] as const) {
        const error = [`No task is named ${JSON.stringify(name)}. ${hint}`];
        assert.deepEqual(await run(name), { code: 1, out: [], error }, name);
      }
      assert.equal((await run("quiet")).code, 0, "it has no rows yet");
      assert.equal((await run(NAME)).code, 0, "it has rows, although it is no longer stored");
      await tasks.deleteTasks(["quiet", "Web"]);
    });
  }

  test("results of a task without results says so", async () => {
    const { tasks } = openHome(fleet.open);
    await tasks.putTasks([aTask("quiet")]);
    const said = await fleet.run("results", "quiet", "--since", "1h");
    assert.deepEqual(said, { code: 0, out: [], error: ['No results of "quiet".'] });
    await tasks.deleteTasks(["quiet"]);
  });

  test("summaries shows one row for each minute, with missing regions", async () => {
    const { code, out } = await fleet.run("summaries", NAME);
    assert.equal(code, 0);
    assert.equal(out.length, 4);
    const figures = "2 +0 % +1 +15\\.0 ms +20\\.0 ms +20\\.0 ms +us-east-1 missing";
    assert.match(out[3] ?? "", new RegExp(`^${toIso(LEASE_TERM_MS)} +${figures}$`));
  });

  test("summaries takes several tasks, and names those that it does not know", async () => {
    const { code, out, error } = await fleet.run("summaries", NAME, "nothing");
    assert.equal(code, 1);
    assert.match(String(out[0]), /^FROM .* TASK +WHY$/);
    assert.match(String(out[1]), / db primary /);
    assert.match(String(error[0]), /^No task is named "nothing"\./);
  });

  test("summaries --json prints agg_metric_tcp records, --region puts its figures in front", async () => {
    const [record] = parseLines((await fleet.run("summaries", NAME, "--json", "--limit", "1")).out);
    assert.equal(record.period_start, LEASE_TERM_MS / 1_000);
    assert.equal(record.regions["eu-west-1"].sample_count, 2);
    const words = ["summaries", NAME, "--json", "--region", "eu-west-1"];
    const [, , own] = parseLines((await fleet.run(...words)).out);
    assert.deepEqual(
      [own.region, own.avg_connect_time_ms, own.regions],
      ["eu-west-1", 15, undefined],
    );
    const elsewhere = await fleet.run("summaries", NAME, "--region", "us-east-1");
    assert.deepEqual(elsewhere.out, []);
  });

  test("summaries --step hour merges minutes, and --csv prints their fields", async () => {
    const hours = await fleet.run("summaries", NAME, "--step", "day", "--json");
    const rows = parseLines(hours.out);
    assert.equal(
      rows.reduce((sum, row) => sum + row.sample_count, 0),
      6,
    );
    assert.equal((rows[0].period_end - rows[0].period_start) / 60, 24 * 60);
    const csv = await fleet.run("summaries", NAME, "--csv", "--limit", "1");
    assert.match(String(csv.out[0]), /^task_name,period_start,period_end,sample_count,/);
    assert.equal(csv.out.length, 2);
  });

  test("alerts shows the history, --task and --limit choose", async () => {
    const all = await fleet.run("alerts");
    assert.deepEqual(all.out, [
      "TIME                      STATE     WHAT",
      `${toIso(LEASE_TERM_MS)}  CRITICAL  db primary is down`,
      `${toIso(LEASE_TERM_MS + MINUTE_MS)}  WARNING   web is slow`,
      `${toIso(LEASE_TERM_MS + 2 * MINUTE_MS)}  OK        db primary is fine`,
    ]);
    const [last, ...none] = parseLines(
      (await fleet.run("alerts", "--json", "--task", NAME, "--limit", "1")).out,
    );
    assert.deepEqual(none, []);
    assert.deepEqual(
      [last.id, last.detail_type, last.detail.state],
      ["three", DETAIL_TYPES.stateChange, "OK"],
    );
  });

  test("alerts --csv prints flat fields and the whole detail, with CRLF", async () => {
    const { out } = await fleet.run("alerts", "--csv", "--task", NAME, "--limit", "1");
    assert.match(String(out[0]), /^id,time,detail_type,task_name,.*,summary,detail\r$/);
    assert.match(
      String(out[1]),
      /^three,\S+Z,TCP Probe Alert State Change,db primary,,,,OK,.*\}"\r$/,
    );
    assert.equal(out.length, 2);
    const both = await fleet.run("alerts", "--csv", "--json");
    assert.deepEqual([both.code, both.error[0]], [2, "synfleet: --csv does not go with --json."]);
  });

  test("alerts shows an event that is dated ahead, because the clock was set back since", async () => {
    const { open } = fleet;
    const time = Date.now() + 60 * MINUTE_MS;
    const detail = { task_name: "ahead", state: "OK", summary: "OK: ahead is fine" };
    const event = {
      id: "ahead",
      detailType: DETAIL_TYPES.stateChange,
      time,
      resources: [],
      detail,
    };
    await openHome(open).history.putHistory([event]);
    const { out } = await fleet.run("alerts", "--task", "ahead");
    const TableName = homeTableName(open.fleet.name, "alerts");
    const Key = marshall(historyKey(event));
    await open.clientFor(open.fleet.home).send(new DeleteItemCommand({ TableName, Key }));
    assert.deepEqual(out.slice(1), [`${toIso(time)}  OK     ahead is fine`]);
  });

  test("alerts goes back further than events are kept by default, if it is asked to", async () => {
    const { open } = fleet;
    const time = LEASE_TERM_MS - 200 * DAY_MS;
    const detail = { task_name: "old", state: "OK", summary: "OK: old is fine" };
    const event = { id: "old", detailType: DETAIL_TYPES.stateChange, time, resources: [], detail };
    const client = open.clientFor(open.fleet.home);
    await openHomeStores({
      client,
      fleet: open.fleet.name,
      keepMs: 365 * DAY_MS,
    }).history.putHistory([event]);
    const { out } = await fleet.run("alerts", "--task", "old", "--since", "201d");
    const TableName = homeTableName(open.fleet.name, "alerts");
    await client.send(new DeleteItemCommand({ TableName, Key: marshall(historyKey(event)) }));
    assert.deepEqual(out.slice(1), [`${toIso(time)}  OK     old is fine`]);
  });

  test("alerts reports an event that it can't read on standard error, and shows the others", async () => {
    const { open } = fleet;
    const key = historyKey({ id: "newer", time: LEASE_TERM_MS, detail: {} });
    const TableName = homeTableName(open.fleet.name, "alerts");
    const client = open.clientFor(open.fleet.home);
    await client.send(new PutItemCommand({ TableName, Item: marshall({ ...key, id: "newer" }) }));
    const { code, out, error } = await fleet.run("alerts");
    await client.send(new DeleteItemCommand({ TableName, Key: marshall(key) }));
    assert.deepEqual([code, out.length], [0, 4]);
    assert.deepEqual(error, [
      "1 stored event could not be read:",
      `  ${key.pk} ${key.sk}: Stored event is damaged: detail_type must be a text`,
    ]);
  });

  test("results and summaries refuse a region that the fleet does not have", async () => {
    for (const command of ["results", "summaries"]) {
      const { code, error } = await fleet.run(command, NAME, "--region", "mars-1");
      const sentence = 'synfleet: --region must be one of eu-west-1, us-east-1, is "mars-1".';
      assert.deepEqual([code, error[0]], [2, sentence]);
    }
  });

  test("openHistory has every region of the fleet", () => {
    assert.deepEqual(
      openHistory(fleet.open).regions.map(({ region, shards }) => [region, shards]),
      [
        ["eu-west-1", 1],
        ["us-east-1", 1],
      ],
    );
  });
});

import { strict as assert } from "node:assert";
import { test } from "node:test";
import { openHomeStores } from "../../../../functions/adapters/dynamodb/dynamodb.ts";
import type { TaskRecord } from "../../../../functions/ports/state-store.ts";
import { DETAIL_TYPES } from "../../../../shared/contract.ts";
import { INITIAL_STATE } from "../../../../shared/health/health.ts";
import { figuresOf, type Summary, summarise } from "../../../../shared/summary/summary.ts";
import { type Answer, answeringClient } from "../../../fakes/dynamodb-server.ts";
import { replaceSummary } from "../../../fakes/home-stores.ts";
import { aTask } from "../../../fakes/results.ts";

function aRecord(tags: TaskRecord["task"]["tags"]): TaskRecord {
  const task = { name: "a", host: "192.0.2.1:22", targetId: null, tags };
  const owed = { pending: [], unrecorded: [] };
  return { task, version: 1, state: INITIAL_STATE, ...owed, goneSinceMs: null };
}

/** The stores of a home whose database answers as told, and the calls that it got. */
async function homeOf(t: Parameters<typeof answeringClient>[0], answer: Answer) {
  const calls: string[] = [];
  const client = await answeringClient(t, (operation) => {
    calls.push(operation);
    return answer;
  });
  return { ...openHomeStores({ client, fleet: "f", now: () => 0 }), calls };
}

test("putRecord stores a record of 400 KB in UTF-8 and asks DynamoDB for no larger one", async (t) => {
  const { states, calls } = await homeOf(t, "{}");
  const fits = (400 * 1_024 - (await sizeWithout(states))) / 2;
  assert.ok(fits > 200_000);
  assert.equal(await states.putRecord(aRecord({ k: "é".repeat(Math.floor(fits)) })), "stored");
  assert.deepEqual(await states.putRecord(aRecord({ k: "é".repeat(Math.floor(fits) + 1) })), {
    refused: `must be at most 409600 bytes, is ${409_600 + 2 - (fits % 1) * 2}`,
  });
  assert.deepEqual(calls, ["PutItem"]);
});

/** The size of the record whose one tag is empty, from what the store says of a large one. */
async function sizeWithout(states: Awaited<ReturnType<typeof homeOf>>["states"]): Promise<number> {
  const outcome = await states.putRecord(aRecord({ k: "x".repeat(500_000) }));
  assert.ok(typeof outcome === "object");
  return Number(outcome.refused.split(" ").at(-1)) - 500_000;
}

test("putRecord says that DynamoDB refuses the record, and throws any other error", async (t) => {
  const { states } = await homeOf(t, { error: "ValidationException" });
  assert.deepEqual(await states.putRecord(aRecord({})), { refused: "is refused by DynamoDB: no" });
  const throttled = await homeOf(t, { error: "ThrottlingException" });
  await assert.rejects(throttled.states.putRecord(aRecord({})), { name: "ThrottlingException" });
});

test("putRecord refuses a record with what no item can hold, and does not throw", async (t) => {
  const { states, calls } = await homeOf(t, "{}");
  const odd = { large: 1e20 as never };
  const outcome = await states.putRecord(aRecord(odd));
  assert.match(JSON.stringify(outcome), /^\{"refused":"can't be written: Error: Number 1/);
  assert.deepEqual(calls, []);
});

function aSummary(taskName: string, figures = figuresOf({ expectedCount: 0 }, [])): Summary {
  const window = { periodStartMs: 0, periodEndMs: 60_000, scheduleMs: 60_000, regions: {} };
  const context = { complete: true, missingRegions: [], rev: 1 };
  return { ...summarise(aTask(taskName), window, context), overall: figures };
}

test("putSummaries stores every summary but one with a figure that is no number", async (t) => {
  const { summaries, calls } = await homeOf(t, "{}");
  const odd = { ...figuresOf({ expectedCount: 0 }, []), missedCount: Number.NaN };
  const all = [aSummary("a"), aSummary("odd", odd), aSummary("b")];
  assert.deepEqual(await summaries.putSummaries(all), ["odd"]);
  assert.deepEqual(calls, ["PutItem"]);
  assert.equal(await replaceSummary(summaries, aSummary("odd", odd), null), "refused");
});

test("putSummaries and replaceSummary return what DynamoDB refuses", async (t) => {
  const client = await answeringClient(t, (operation) =>
    operation === "GetItem" ? "{}" : { error: "ValidationException" },
  );
  const { summaries } = openHomeStores({ client, fleet: "f", now: () => 0 });
  assert.deepEqual(await summaries.putSummaries([aSummary("a"), aSummary("b")]), ["a", "b"]);
  assert.equal(await replaceSummary(summaries, aSummary("a"), null), "refused");
});

test("putTasks names the tasks that DynamoDB refuses", async (t) => {
  const { tasks } = await homeOf(t, { error: "ValidationException" });
  await assert.rejects(tasks.putTasks([aTask("a"), aTask("b")]), {
    message: 'DynamoDB refuses 2 tasks: "a", "b"',
  });
});

test("putHistory returns the events that DynamoDB refuses, and stores the others", async (t) => {
  const client = await answeringClient(t, (_operation, body) =>
    body.includes("odd") ? { error: "ValidationException" } : "{}",
  );
  const { history } = openHomeStores({ client, fleet: "f", now: () => 0 });
  const events = ["a", "odd", "b"].map((id) => ({
    ...{ id, detailType: DETAIL_TYPES.stateChange, time: 0, resources: [] },
    detail: { task_name: id },
  }));
  assert.deepEqual(await history.putHistory(events), ["odd"]);
  assert.deepEqual(await history.putHistory([]), []);
});

import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import {
  bundleOf,
  bundlesNamed,
  decodeBundle,
  draftPlan,
  encodeBundle,
  type Fleet,
  findWrongField,
  hashBundle,
  namesIn,
  printBundle,
  storedForm,
  wholeBundle,
} from "../../../shared/plan/plan.ts";
import { DEEP_NEEDS, needsOfDeep } from "../../../shared/task/deep/deep.ts";
import { parseTask } from "../../../shared/task/parse-task.ts";
import type { Task } from "../../../shared/task/task-type.ts";
import { KNOWN_NEEDS, lackingNeeds } from "../../../shared/task/task-type.ts";
import { aTask } from "../../fakes/results.ts";

function readGolden(file: string) {
  return JSON.parse(readFileSync(new URL(`../../golden/${file}`, import.meta.url), "utf8"));
}

const YESTERDAY = readGolden("bundle-v1.json");
const TOMORROW = readGolden("plan/bundle-of-tomorrow.json");

function decodeTomorrow(): readonly Task[] {
  return decodeBundle(Buffer.from(TOMORROW.base64, "base64"), TOMORROW.hash).tasks;
}

const TLS: Task = { ...aTask("certificate"), needs: ["future_tls"] };

for (const [needs, known, lacking] of [
  [undefined, [], []],
  [["future_tls"], [], ["future_tls"]],
  [["future_tls"], ["future_tls"], []],
  [["future_smtp", "future_tls"], ["future_tls"], ["future_smtp"]],
] as const) {
  test(`lackingNeeds of ${needs} is "${lacking}" if it knows "${known}"`, () => {
    const task = needs === undefined ? {} : { needs };
    assert.deepEqual(lackingNeeds(task, new Set(known)), lacking);
  });
}

test("lackingNeeds knows what this version's probe knows", () => {
  const needs = [...KNOWN_NEEDS, "something of tomorrow"].sort();
  assert.deepEqual(lackingNeeds({ needs }), ["something of tomorrow"]);
});

test("parseTask gives a plain TCP task no needs, and refuses them as a field", () => {
  const plain = { name: "a", host: "192.0.2.1:22", schedule_seconds: 30 };
  const { task } = parseTask(plain);
  assert.ok(task !== undefined && !Object.hasOwn(task, "needs"));
  const { problems } = parseTask({ ...plain, needs: ["future_tls"] });
  assert.deepEqual(
    problems?.map(({ field }) => field),
    ["needs"],
  );
});

const WRONG: readonly [object, string | null][] = [
  [{ needs: [] }, "needs"],
  [{ needs: null }, "needs"],
  [{ needs: "future_tls" }, "needs"],
  [{ needs: [""] }, "needs"],
  [{ needs: ["future_tls", 1] }, "needs"],
  [{ needs: ["future_tls", "future_smtp"] }, "needs"],
  [{ needs: ["future_tls", "future_tls"] }, "needs"],
  [{ needs: "future_tls", target: "tls://a" }, "needs"],
  [{ needs: ["future_tls"] }, null],
  [{ needs: ["future_smtp", "future_tls"] }, null],
  [{ needs: ["future_tls"], name: 1 }, "name"],
  [{ needs: ["future_tls"], host: null }, "host"],
  [{ needs: ["future_tls"], scheduleMs: 0 }, "scheduleMs"],
  [{ needs: ["future_tls"], enabled: "yes" }, "enabled"],
  [{ needs: ["future_tls"], regions: { first: "a" } }, "regions"],
  [{ needs: ["future_tls"], target: 1, timeoutMs: 0, targetId: 1, expect: 1 }, null],
  [{ needs: ["future_tls"], addressFamily: "ipv8", alert: 1, tags: 1 }, null],
];

for (const [different, field] of WRONG) {
  test(`findWrongField of ${JSON.stringify(different)} is ${field}`, () => {
    assert.equal(findWrongField({ ...aTask("a"), ...different }), field);
  });
}

test("findWrongField looks at every field of a task whose needs are known", () => {
  const stored = { ...aTask("a"), needs: ["future_tls"], expect: "ajar" };
  assert.equal(findWrongField(stored, new Set(["future_tls"])), "expect");
  assert.equal(
    findWrongField({ ...stored, needs: ["future_smtp", "future_tls"] }, new Set(["future_tls"])),
    null,
  );
});

test("decodeBundle reads tomorrow's bundle: what it does not know leads nowhere", () => {
  const [api, certificate, mail, ...more] = decodeTomorrow();
  assert.ok(api && certificate && mail && more.length === 0);
  const [storedApi, storedCertificate, storedMail] = TOMORROW.text.tasks;
  assert.deepEqual(api, storedApi);
  assert.deepEqual(
    { ...certificate },
    {
      ...aTask("certificate", { host: "www.example.com:443" }),
      target: { hostname: "unsupported.invalid", port: 0 },
      timeoutMs: 1_000,
      needs: ["future_tls"],
      ...symbolsOf(certificate),
    },
  );
  assert.equal(storedForm(certificate), storedForm({ ...certificate }));
  assert.deepEqual(storedForm(certificate), storedCertificate);
  assert.deepEqual(mail, { ...storedMail, expect: "open", ...symbolsOf(mail) });
});

function symbolsOf(task: object): object {
  return Object.fromEntries(
    Object.getOwnPropertySymbols(task).map((key) => [key, Reflect.get(task, key)]),
  );
}

test("decodeBundle gives a task that lacks a need every field of a task", () => {
  for (const task of decodeTomorrow())
    assert.equal(findWrongField(task, new Set(["future_smtp", "future_tls"])), null);
});

test("encodeBundle writes tomorrow's bundle again byte for byte", () => {
  const tasks = decodeTomorrow();
  assert.equal(encodeBundle({ tasks }).hash, TOMORROW.hash);
  assert.equal(printBundle({ tasks }), JSON.stringify(TOMORROW.text));
});

test("decodeBundle sets a task of tomorrow's bundle aside if a need is malformed", () => {
  const [, certificate] = TOMORROW.text.tasks;
  const text = JSON.stringify({ version: 1, tasks: [{ ...certificate, needs: [] }] });
  const { tasks, faults } = decodeBundle(gzipSync(text), hashBundle(text));
  assert.equal(faults?.length, 1);
  assert.ok(tasks.every((task) => lackingNeeds(task).length > 0));
});

const fleet: Fleet = {
  name: "f",
  home: "eu-west-1",
  regions: [{ name: "eu-west-1", shards: 1, vpc: true, ipv6: true }],
};

function draftOf(...tasks: readonly Task[]) {
  const [draft] = draftPlan(fleet, tasks, 1);
  const [plan] = draft?.manifest.shards ?? [];
  assert.ok(draft && plan);
  const namesOf = (hash: string | undefined) =>
    draft.bundles.get(hash ?? "")?.tasks.map(({ name }) => name);
  return { draft, plan, namesOf };
}

test("draftPlan without needs plans as yesterday: one bundle, of the same hash", () => {
  const { draft, plan } = draftOf(...YESTERDAY.bundle.tasks);
  const taskCount = YESTERDAY.bundle.tasks.length;
  assert.deepEqual(plan, { shard: 0, bundle: YESTERDAY.hash, taskCount });
  assert.deepEqual([...draft.bundles], [[YESTERDAY.hash, YESTERDAY.bundle]]);
});

test("draftPlan keeps tasks with needs out of the bundle that every probe may run", () => {
  const plain = [aTask("a"), aTask("z")];
  const { draft, plan, namesOf } = draftOf(...plain, TLS);
  assert.equal(plan.bundle, draftOf(...plain).plan.bundle);
  assert.deepEqual(namesOf(plan.bundle), ["a", "z"]);
  assert.deepEqual(namesOf(plan.fullBundle), ["a", "certificate", "z"]);
  assert.equal(plan.taskCount, 3);
  assert.equal(draft.bundles.size, 2);
  assert.deepEqual([...namesIn([draft])].sort(), ["a", "certificate", "z"]);
});

test("draftPlan has an empty bundle for yesterday's probes if all tasks have needs", () => {
  const { plan, namesOf } = draftOf(TLS);
  assert.equal(plan.bundle, hashBundle(printBundle(bundleOf([]))));
  assert.deepEqual(namesOf(plan.fullBundle), ["certificate"]);
});

test("wholeBundle and bundlesNamed name what is to run, and all that is stored", () => {
  const some = { shard: 0, bundle: "b", fullBundle: "f", taskCount: 2 };
  const none = { shard: 1, bundle: "c", taskCount: 1 };
  assert.deepEqual([some, none].map(wholeBundle), ["f", "c"]);
  assert.deepEqual([...bundlesNamed({ shards: [some, none, none] })], ["b", "f", "c"]);
});

test("needsOfDeep names a need for each field that a task has, sorted, and none for a plain one", () => {
  assert.deepEqual(needsOfDeep({}), {});
  const tls = { mode: "verified", verify: "subject_alt_name" } as const;
  assert.deepEqual(needsOfDeep({ tls, rateLimit: "disabled", greeting: "smtp" }), {
    needs: ["greeting", "rate_limit", "tls"],
  });
  assert.deepEqual([...KNOWN_NEEDS].sort(), [...DEEP_NEEDS].sort());
});

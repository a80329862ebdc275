import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { decodeBundle, encodeBundle } from "../../../shared/plan/bundle.ts";
import { findWrongField } from "../../../shared/plan/bundle-task.ts";
import { lackingNeeds } from "../../../shared/task/task.ts";
import { aTask } from "../../fakes/results.ts";

const BUNDLE = {
  tasks: [
    aTask("a"),
    aTask("b", {
      regions: ["eu-west-1"],
      targetId: "db",
      tags: { team: "core", area: "eu" },
      alert: { quorum: 2, warning: { failurePercent: false } },
    }),
  ],
};

const GOLDEN = JSON.parse(
  readFileSync(new URL("../../golden/bundle-v1.json", import.meta.url), "utf8"),
);

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function pack(content: unknown): [Uint8Array, string] {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  return [gzipSync(text), hashOf(text)];
}

test("decodeBundle gives back what encodeBundle took", () => {
  const { hash, bytes } = encodeBundle(BUNDLE);
  assert.deepEqual(decodeBundle(bytes, hash), BUNDLE);
});

test("decodeBundle reads the golden bundle for ever", () => {
  const bytes = Buffer.from(GOLDEN.base64, "base64");
  assert.deepEqual(decodeBundle(bytes, GOLDEN.hash), GOLDEN.bundle);
});

test("encodeBundle gives the golden bundle its hash: another would start every lease anew", () => {
  assert.equal(encodeBundle(GOLDEN.bundle).hash, GOLDEN.hash);
});

test("encodeBundle names content, whatever the order of tags", () => {
  const [first, second] = BUNDLE.tasks;
  assert.ok(first && second);
  const turned = { ...second, tags: { area: "eu", team: "core" } };
  assert.equal(encodeBundle({ tasks: [first, turned] }).hash, encodeBundle(BUNDLE).hash);
});

test("encodeBundle refuses tasks that are out of order or twice in it", () => {
  for (const names of [
    ["b", "a"],
    ["a", "a"],
  ]) {
    const tasks = names.map((name) => aTask(name));
    assert.throws(() => encodeBundle({ tasks }), { message: `Bundle has "a" after "${names[0]}"` });
  }
});

test("decodeBundle ignores fields that it does not know", () => {
  const tasks = [{ ...aTask("a"), later: 1 }];
  assert.equal(decodeBundle(...pack({ version: 1, later: 1, tasks })).tasks[0]?.name, "a");
});

const REFUSED: [unknown, string][] = [
  [{ version: 2, tasks: [] }, "Bundle version 2 is not known to this reader (1)"],
  [{ tasks: [] }, "Bundle version undefined is not known to this reader (1)"],
  [null, "Bundle version undefined is not known to this reader (1)"],
  [{ version: 1 }, "Bundle has no list of tasks"],
  ["{", "Bundle is not JSON"],
  [{ version: 1, tasks: [aTask("b"), aTask("a")] }, 'Bundle has "a" after "b"'],
];

for (const [content, message] of REFUSED) {
  test(`decodeBundle refuses ${JSON.stringify(content).slice(0, 60)}: ${message}`, () => {
    assert.throws(() => decodeBundle(...pack(content)), { name: "BundleError", message });
  });
}

test("decodeBundle refuses bytes that are not gzip, and other content than its hash names", () => {
  const { hash, bytes } = encodeBundle(BUNDLE);
  assert.throws(() => decodeBundle(bytes.subarray(0, 20), hash), {
    message: "Bundle can't be inflated",
  });
  assert.throws(() => decodeBundle(bytes, "0000000000000000"), {
    message: "Bundle 0000000000000000 has other content",
  });
});

/** An odd task, its wrong field, the name that it keeps, and whether it still has slots. */
const SET_ASIDE: [different: unknown, field: string, name: string, isScheduled: boolean][] = [
  [null, "name", "", false],
  [7, "name", "", false],
  [{ name: 5 }, "name", "", false],
  [{ target: { hostname: "a" } }, "target", "b", true],
  [{ host: null }, "host", "b", false],
  [{ scheduleMs: 0 }, "scheduleMs", "b", false],
  [{ timeoutMs: "5" }, "timeoutMs", "b", true],
  [{ targetId: 5 }, "targetId", "b", true],
  [{ enabled: 1 }, "enabled", "b", false],
  [{ regions: [1] }, "regions", "b", false],
  [{ expect: "banner" }, "expect", "b", true],
  [{ alert: null }, "alert", "b", true],
  [{ tags: { a: 1 } }, "tags", "b", true],
  [{ needs: [] }, "needs", "b", false],
];

for (const [different, field, name, isScheduled] of SET_ASIDE) {
  test(`decodeBundle sets aside a task that has ${JSON.stringify(different)}, and reads the others`, () => {
    const isTable = typeof different === "object" && different !== null;
    const odd = isTable ? { ...aTask("b"), ...different } : different;
    const [bytes, hash] = pack({ version: 1, tasks: [aTask("a"), odd, aTask("c")] });
    const bundle = decodeBundle(bytes, hash);
    assert.deepEqual([bundle.tasks[0], bundle.tasks[2]], [aTask("a"), aTask("c")]);
    const task = bundle.tasks[1];
    assert.ok(task);
    assert.equal(task.name, name);
    assert.ok(lackingNeeds(task).length > 0, "a probe would check it");
    assert.equal(findWrongField({ ...task, needs: undefined }), null);
    assert.equal(task.scheduleMs === aTask("b").scheduleMs, isScheduled);
    const label = name === "" ? "1" : '"b"';
    assert.deepEqual(bundle.faults, [
      `Bundle's task ${label} has a wrong ${field} and is not checked`,
    ]);
    assert.equal(encodeBundle(bundle).hash, hash, "it is written again in another form");
  });
}

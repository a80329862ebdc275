import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { decodeBundle, encodeBundle } from "../../../shared/plan/bundle.ts";
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
  [{ version: 1, tasks: [null] }, "Bundle's task 0 has a wrong name"],
  [withTask({ target: { hostname: "a" } }), "Bundle's task 0 has a wrong target"],
  [withTask({ scheduleMs: 0 }), "Bundle's task 0 has a wrong scheduleMs"],
  [withTask({ timeoutMs: "5" }), "Bundle's task 0 has a wrong timeoutMs"],
  [withTask({ targetId: 5 }), "Bundle's task 0 has a wrong targetId"],
  [withTask({ regions: "none" }), "Bundle's task 0 has a wrong regions"],
  [withTask({ regions: [1] }), "Bundle's task 0 has a wrong regions"],
  [withTask({ expect: "ajar" }), "Bundle's task 0 has a wrong expect"],
  [withTask({ alert: [] }), "Bundle's task 0 has a wrong alert"],
  [withTask({ tags: { a: 1 } }), "Bundle's task 0 has a wrong tags"],
  [{ version: 1, tasks: [aTask("b"), aTask("a")] }, 'Bundle has "a" after "b"'],
];

function withTask(different: object): unknown {
  return { version: 1, tasks: [{ ...aTask("a"), ...different }] };
}

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

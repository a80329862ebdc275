import assert from "node:assert/strict";
import { test } from "node:test";
import { diffFields, diffTasks } from "../../cli/diff-tasks.ts";

const ssh = { name: "ssh", host: "a.example:22", schedule_seconds: 60 };
const web = { name: "web", host: "b.example:443", schedule_seconds: 30 };
const none: ReadonlySet<string> = new Set();

function items(...list: readonly { name: string }[]) {
  return new Map(list.map((item) => [item.name, { ...item }]));
}

test("diffTasks says what is added, changed, removed and left alone", () => {
  const faster = { ...web, schedule_seconds: 15 };
  const db = { name: "db", host: "c.example:5432" };
  const old = { name: "old", host: "d.example:80" };
  assert.deepEqual(diffTasks(items(ssh, web, old), items(db, faster, ssh), none), {
    added: ["db"],
    changed: [{ name: "web", fields: [{ field: "schedule_seconds", from: "30", to: "15" }] }],
    removed: ["old"],
    unchanged: ["ssh"],
  });
});

test("diffTasks never removes what is kept", () => {
  assert.deepEqual(diffTasks(items(ssh, web), items(), new Set(["ssh"])).removed, ["web"]);
});

test("diffTasks removes everything that an empty file no longer names", () => {
  assert.deepEqual(diffTasks(items(web, ssh), items(), none).removed, ["ssh", "web"]);
});

test("diffFields names nested attributes by their path and shows both sides", () => {
  const cases = [
    { from: { tags: { env: "a" } }, to: { tags: { env: "b" } }, want: ["tags.env", '"a"', '"b"'] },
    { from: {}, to: { regions: ["x", "y"] }, want: ["regions", null, '["x","y"]'] },
    {
      from: { alert: { warning: { failure_percent: 5 } } },
      to: {},
      want: ["alert.warning.failure_percent", "5", null],
    },
    { from: { port: 1 }, to: { port: "1" }, want: ["port", "1", '"1"'] },
  ];
  for (const { from, to, want } of cases) {
    const [field, before, after] = want;
    assert.deepEqual(diffFields(from, to), [{ field, from: before, to: after }]);
  }
});

test("diffFields takes no notice of the order of attributes", () => {
  assert.deepEqual(diffFields({ a: 1, b: 2 }, { b: 2, a: 1 }), []);
});

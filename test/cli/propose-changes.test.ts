import assert from "node:assert/strict";
import { test } from "node:test";
import { proposeChanges } from "../../cli/propose-changes.ts";
import { readTaskFile } from "../../shared/task-file.ts";

const SSH = { name: "ssh", host: "a.example:22", schedule_seconds: 60 };
const WEB = { name: "web", host: "b.example:443", schedule_seconds: 30 };

function stored(...items: readonly { readonly name: string }[]) {
  return items.map((fields) => ({ name: fields.name, fields: { ...fields } }));
}

function files(...tasks: readonly object[]) {
  return readTaskFile("tasks.json", JSON.stringify({ tasks }));
}

test("proposeChanges writes what is new or differs, and nothing else", () => {
  const faster = { ...WEB, schedule_seconds: 15 };
  const db = { ...SSH, name: "db" };
  const { diff, written, withheld } = proposeChanges(stored(SSH, WEB), files(SSH, faster, db));
  assert.deepEqual(written.map((task) => task.name).sort(), ["db", "web"]);
  assert.deepEqual(diff.changed, [
    { name: "web", fields: [{ field: "schedule_seconds", from: "30", to: "15" }] },
  ]);
  assert.deepEqual([diff.removed, withheld], [[], []]);
});

test("proposeChanges sees no change in a stored task that says the same in other words", () => {
  const reworded = {
    name: "ssh",
    url: "tcp://a.example:22",
    schedule_seconds: 60,
    timeout: 5,
    enabled: true,
  };
  assert.deepEqual(proposeChanges(stored(reworded), files(SSH)).diff.unchanged, ["ssh"]);
});

test("proposeChanges replaces an invalid stored task, field by field", () => {
  const invalid = { ...SSH, schedule_seconds: "soon" };
  const [change] = proposeChanges(stored(invalid), files(SSH)).diff.changed;
  assert.deepEqual(
    change?.fields.find(({ field }) => field === "schedule_seconds"),
    { field: "schedule_seconds", from: '"soon"', to: "60" },
  );
});

test("proposeChanges never removes a stored task whose new version has a problem", () => {
  const faulty = { ...SSH, timeout_seconds: 95 };
  const { diff, withheld } = proposeChanges(stored(SSH, WEB), files(faulty));
  assert.deepEqual([diff.removed, withheld], [["web"], ["ssh"]]);
});

test("proposeChanges removes nothing while a problem's task can't be told", () => {
  const { name: _, ...nameless } = SSH;
  const unreadable = readTaskFile("tasks.toml", "[[tasks");
  for (const faulty of [files(WEB, nameless), unreadable]) {
    const { diff, withheld } = proposeChanges(stored(SSH, WEB), faulty);
    assert.deepEqual(diff.removed, []);
    assert.ok(withheld.includes("ssh"));
  }
});

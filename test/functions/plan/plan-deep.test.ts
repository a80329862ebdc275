import { strict as assert } from "node:assert";
import { test } from "node:test";
import { inspect } from "node:util";
import { anItem, Rig } from "./rig.ts";

const MARKER = "QUJDMARKERREF";
const KEY = `-----BEGIN PRIVATE KEY-----\n${MARKER}\n-----END PRIVATE KEY-----\n`;

test("planFleet plans tasks that go deeper, out of the reach of yesterday's probes", async () => {
  const rig = new Rig();
  rig.put(
    anItem("mail", { tls: { starttls: "smtp" }, greeting: "smtp" }),
    anItem("plain", { tls: { mode: "development" } }),
  );
  await rig.plan();
  const manifest = await rig.plansOf("eu-west-1").readManifest();
  const plain = await Promise.all(
    (manifest?.shards ?? []).map(({ bundle }) => rig.plansOf("eu-west-1").readBundle(bundle)),
  );
  assert.deepEqual(
    plain.flatMap((bundle) => bundle?.tasks.map(({ name }) => name) ?? []),
    ["plain"],
  );
  const all = (await rig.bundlesOf("eu-west-1")).flatMap(({ tasks }) => tasks);
  const mail = all.find(({ name }) => name === "mail");
  assert.deepEqual(mail?.needs, ["greeting", "tls"]);
  assert.deepEqual(mail?.tls, {
    verify: "subject_alt_name",
    starttls: "smtp",
    mode: "verified",
  });
});

test("planFleet keeps the last good version of a task whose pattern became wrong", async () => {
  const rig = new Rig();
  rig.put(anItem("mail", { dialogue: [{ expect: "^220" }] }));
  await rig.plan();
  const before = await rig.bundlesOf("eu-west-1");
  rig.put(anItem("mail", { dialogue: [{ expect: "^220(" }] }));
  await rig.plan();
  assert.deepEqual(await rig.bundlesOf("eu-west-1"), before);
  const status = await rig.statusOf("mail");
  assert.ok(status?.status === "rejected");
  assert.deepEqual(status.problems, [
    'Task "mail": dialogue[0].expect must be a regular expression in RE2\'s syntax (missing closing )), is "^220("',
  ]);
});

test("planFleet calls unsupported what only a fleet on one machine can do", async () => {
  const rig = new Rig();
  rig.put(
    anItem("long", { schedule_seconds: 60, hold_seconds: 51 }),
    anItem("file", { dialogue: [{ send: "AUTH \x24{file:/etc/token}\\r\\n" }] }),
  );
  await rig.plan();
  const problemsOf = async (name: string) => {
    const status = await rig.statusOf(name);
    return status?.status === "rejected" ? status.problems[0] : status?.status;
  };
  assert.equal(
    await problemsOf("long"),
    'Task "long": not supported in eu-west-1: a connection is held for at most 50 s on AWS',
  );
  assert.equal(
    await problemsOf("file"),
    'Task "file": not supported in eu-west-1: a secret in a file is read on one machine only, not on AWS',
  );
});

test("planFleet writes no private key anywhere, wherever in a task it stands", async () => {
  const rig = new Rig();
  const places = {
    client_key: { tls: { mode: "strict", client_certificate: "ssm:c", client_key: KEY } },
    ca: { tls: { ca: KEY } },
    tls: { tls: KEY },
    unknown: { private_key: KEY, nested: { deep: [KEY] } },
    tag: { tags: { key: KEY } },
    steps: { dialogue: { send: KEY } },
    send: { dialogue: [{ send: KEY }] },
    host: { host: KEY },
  };
  for (const [name, fields] of Object.entries(places)) rig.put(anItem(name, fields));
  await rig.plan();
  assert.equal(rig.metrics.InvalidTasks, Object.keys(places).length);
  const written = [rig.statuses, rig.bus, rig.lines, rig.plansOf("eu-west-1")];
  const text = inspect(written, { depth: null, maxStringLength: null, maxArrayLength: null });
  assert.match(text, /client_key has a private key/);
  assert.doesNotMatch(text, new RegExp(MARKER));
});

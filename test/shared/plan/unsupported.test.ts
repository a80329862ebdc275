import assert from "node:assert/strict";
import { test } from "node:test";
import { supportOf } from "../../../shared/plan/unsupported.ts";
import { parseTask } from "../../../shared/task/task.ts";

const ON_AWS = { name: "r", shards: 1, vpc: true, ipv6: true };
const ALWAYS_ON = { ...ON_AWS, alwaysOn: true } as const;

const FILE = "a secret in a file is read on one machine only, not on AWS";
const HOLD = "a connection is held for at most 50 s on AWS";

const CASES: readonly (readonly [fields: object, reason: string | null])[] = [
  [{}, null],
  [{ hold_seconds: 50 }, null],
  [{ hold_seconds: 51 }, HOLD],
  [{ tls: { ca: "file:ca.pem" } }, FILE],
  [{ tls: { ca: "ssm:ca" } }, null],
  [{ tls: { client_certificate: "ssm:a", client_key: "file:/k" } }, FILE],
  [{ dialogue: [{ send: "\x24{file:/token}" }] }, FILE],
  [{ dialogue: [{ send: "\x24\x24{file:/token}" }] }, null],
  [{ dialogue: [{ send: "\x24{secretsmanager:token}" }] }, null],
  [{ hold_seconds: 5, goodbye: [{ send: "\x24{file:/token}" }] }, FILE],
  [{ hold_seconds: 5, keepalive: { send: "\x24{file:/token}" } }, FILE],
];

for (const [fields, reason] of CASES)
  test(`supportOf gives ${reason} for ${JSON.stringify(fields)}, and null where a process is always on`, () => {
    const raw = { name: "t", host: "example.com:443", schedule_seconds: 3_600, ...fields };
    const { task } = parseTask(raw);
    assert.ok(task);
    assert.equal(supportOf(ON_AWS)(task), reason);
    assert.equal(supportOf(ALWAYS_ON)(task), null);
  });

test("supportOf refuses a secret that the fleet does not list, and judges none where the list is not known", () => {
  const { task } = parseTask({
    ...{ name: "t", host: "example.com:443", schedule_seconds: 60 },
    tls: { ca: "ssm:ca" },
    dialogue: [{ send: "\x24{secretsmanager:token}" }],
  });
  assert.ok(task);
  const reason = "it names a secret that is not in the fleet's list of secrets";
  const listing = (...secrets: string[]) => supportOf({ ...ON_AWS, secrets })(task);
  assert.equal(listing("secretsmanager:token", "ssm:ca"), null);
  assert.equal(listing("secretsmanager:token"), reason);
  assert.equal(listing(), reason);
  assert.equal(supportOf(ON_AWS)(task), null);
  assert.equal(supportOf({ ...ALWAYS_ON, secrets: [] })(task), null);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTask, referencesOf } from "../../../../shared/task/task.ts";

test("referencesOf names all private material of a task once, and nothing of a plain one", () => {
  const plain = { name: "t", host: "example.com:443", schedule_seconds: 60 };
  const { task } = parseTask({
    ...plain,
    tls: { mode: "strict", ca: "ssm:ca", client_certificate: "ssm:pair", client_key: "ssm:pair" },
    dialogue: [
      { send: "AUTH \x24{secretsmanager:user} \x24{file:/k}\x24\x24{ssm:no}" },
      { expect: "(?P<nonce>.+)" },
      { send: "\x24{nonce} \x24{ssm:ca}" },
    ],
    hold_seconds: 10,
    keepalive: { send: "\x24{ssm:alive}" },
    goodbye: [{ send: "\x24{ssm:bye}" }],
  });
  assert.ok(task);
  assert.deepEqual(referencesOf(task), [
    "ssm:ca",
    "ssm:pair",
    "secretsmanager:user",
    "file:/k",
    "ssm:alive",
    "ssm:bye",
  ]);
  assert.deepEqual(referencesOf(parseTask(plain).task ?? {}), []);
});

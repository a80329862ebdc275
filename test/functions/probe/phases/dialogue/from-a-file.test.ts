import assert from "node:assert/strict";
import { it } from "node:test";
import { findPatternFault } from "../../../../../functions/patterns/patterns.ts";
import { readTaskFile } from "../../../../../shared/task-file/task-file.ts";
import { answers, talk } from "./rig.ts";

/** A `@` is a `$`, which this text can't have before a brace. */
const FILE = String.raw`
[[tasks]]
name = "Mail in"
host = "mail.example.com:25"
schedule_seconds = 60
dialogue = [
  { reject = '^[45]' },
  { expect = '^220 (?P<server>\S+) .*\r\n' },
  { send = 'EHLO @@{me} of @{server}\r\n' },
  { expect = '^250-go on\r\n' },
  { expect_hex = "323530204f4b0d0a", phase = "version" },
]
`.replaceAll("@", "$");

it("runDialogue goes through the steps that a user's file says", async (t) => {
  const { tasks, problems } = readTaskFile("tasks.toml", FILE, { findPatternFault });
  assert.deepEqual(problems, []);
  const steps = tasks[0]?.dialogue?.steps ?? [];
  assert.equal(steps.length, 5);
  const heard: string[] = [];
  const answer = answers("220 mx ready\r\n", "250-go on\r\n250 OK\r\n");
  const facts = await talk(
    t,
    (socket) => {
      socket.on("data", (bytes) => heard.push(`${bytes}`));
      answer(socket);
    },
    steps,
  );
  assert.deepEqual([facts.outcome, facts.detail], ["open", { labels: { server: "mx" } }]);
  assert.deepEqual(heard, [`EHLO \${me} of mx\r\n`]);
});

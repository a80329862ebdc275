import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runCli } from "../../../cli/run-cli.ts";
import { fakeIo } from "../fake-io.ts";

const folder = mkdtempSync(join(tmpdir(), "synfleet-secret-notices-"));
after(() => rmSync(folder, { recursive: true }));

const TASKS = `
[[tasks]]
name = "Mail"
host = "mail.example.com:465"
schedule_seconds = 60
regions = ["eu-west-1", "us-east-1"]
tls = { ca = "file:ca.pem", client_certificate = "ssm:cert", client_key = "secretsmanager:key", mode = "strict" }
`;

async function noticesWith(cdkJson: object | null): Promise<string> {
  writeFileSync(join(folder, "tasks.toml"), TASKS);
  if (cdkJson !== null) writeFileSync(join(folder, "cdk.json"), JSON.stringify(cdkJson));
  const io = fakeIo({ cwd: folder });
  await runCli(["tasks", "validate", join(folder, "tasks.toml")], io);
  return [...io.heard.out, ...io.heard.error].join("\n");
}

test("tasks validate names each secret that cdk.json does not list, where one is here", async () => {
  assert.doesNotMatch(await noticesWith(null), /fleet\.secrets/);
  const some = await noticesWith({ context: { fleet: { secrets: ["ssm:cert"] } } });
  assert.match(some, /secretsmanager:key, which is not in fleet\.secrets of cdk\.json/);
  assert.doesNotMatch(some, /names ssm:cert|names file:/);
  const all = { secrets: ["ssm:cert", "secretsmanager:key"] };
  assert.doesNotMatch(await noticesWith({ context: { fleet: all } }), /fleet\.secrets/);
});

test("tasks validate names each region of a task that cdk.json takes out", async () => {
  const regions = ["eu-west-1", { name: "us-east-1", retired: true }];
  const said = await noticesWith({ context: { fleet: { regions } } });
  assert.match(said, /names us-east-1, which is retired in cdk\.json: nothing is checked there/);
  assert.doesNotMatch(said, /names eu-west-1/);
});

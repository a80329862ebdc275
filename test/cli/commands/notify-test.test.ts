// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of targets are what is tested
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { runCli } from "../../../cli/run-cli.ts";
import { readNotifySections, readRuleTargets } from "../../../local/user-targets.ts";
import { problemSentence } from "../../../shared/input/input.ts";
import { readTaskFiles } from "../../../shared/task-file/task-file.ts";
import { startSmtpServer } from "../../fakes/smtp-server.ts";
import { refusedPort } from "../../fakes/tcp-server.ts";
import { fakeIo } from "../fake-io.ts";

const GUIDE = readFileSync("docs/notifications.md", "utf8");

const SET = {
  SLACK_URL: "https://hooks.example.com/T0/secret",
  PAGERDUTY_KEY: "routing-secret",
  SMTP_PORT: "2525",
  SMTP_PASSWORD: "mail-secret",
  TELEGRAM_TOKEN: "1:bot-secret",
  HOOK_TOKEN: "hook-secret",
};

let dir = "";
let url = "";
let server: Server;
const got: string[] = [];
before(async () => {
  dir = mkdtempSync(join(tmpdir(), "synfleet-notify-test-"));
  server = createServer(async (request, response) => {
    got.push(`${request.url} ${await text(request)}`);
    response.writeHead(request.url?.startsWith("/bot") ? 404 : 200).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(dir, { recursive: true });
});

function blockIn(language: string): string {
  return new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(GUIDE)?.[1] ?? "";
}

function fileOf(name: string, content: string): string {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
}

async function run(env: Readonly<Record<string, string>>, ...argv: string[]) {
  const io = fakeIo({ env });
  const code = await runCli(["notify", "test", ...argv], io);
  return { code, out: io.heard.out.join("\n"), error: io.heard.error.join("\n") };
}

describe("docs/notifications.md", () => {
  test("has a rules.json and a block of TOML that are read without a problem", () => {
    const rules = readRuleTargets(blockIn("json"), SET);
    assert.deepEqual(rules.problems, []);
    assert.deepEqual(
      rules.targets.map(({ name }) => name),
      ["ops", "phone", "own"],
    );
    const read = readTaskFiles([{ file: "t.toml", text: blockIn("toml") }], {});
    assert.deepEqual(read.problems, []);
    const { targets, problems } = readNotifySections(read.notify ?? [], SET);
    assert.deepEqual(problems.map(problemSentence), []);
    assert.deepEqual(
      targets.map(({ target }) => target.name),
      ["ops", "on call", "office"],
    );
  });
});

describe("notify test", () => {
  test("sends to every target of rules and task files, and says why one does not take it", async () => {
    const mail = await startSmtpServer({ RCPT: "550 who" });
    const rules = fileOf(
      "rules.json",
      JSON.stringify([
        {
          name: "r",
          pattern: { source: ["synfleet"] },
          targets: [
            { type: "slack", name: "chat", url: `${url}/secret` },
            { type: "pagerduty", name: "pager", routing_key: "key-secret", url: `${url}/pager` },
            { type: "telegram", name: "phone", token: "bot-secret", chat_id: 1, url },
            {
              type: "ntfy",
              name: "gone",
              topic: "t",
              url: `http://127.0.0.1:${await refusedPort()}`,
            },
          ],
        },
      ]),
    );
    const tasks = fileOf(
      "t.toml",
      `[[notify]]\ntype = "email"\nname = "mail"\nhost = "127.0.0.1"\nport = "\${PORT}"\ntls = "none"\nfrom = "a@x.org"\nto = "b@x.org"\n`,
    );
    const { code, out } = await run(
      { PORT: String(mail.port) },
      ...["--rules", rules, "--tasks", tasks],
    );
    mail.close();
    assert.equal(
      out,
      [
        'delivered  slack "chat"',
        'delivered  pagerduty "pager"',
        'failed     telegram "phone": HTTP 404: the address is unknown there, look whether it still exists',
        'failed     ntfy "gone": nothing listens there (ECONNREFUSED)',
        'failed     email "mail": SMTP 550 (550 who): the server does not take it',
        "2 of 5 targets took the message.",
      ].join("\n"),
    );
    assert.equal(code, 1);
    assert.match(got.find((one) => one.startsWith("/secret")) ?? "", /TEST: Synfleet/);
    const pages = got.filter((one) => one.startsWith("/pager"));
    const bodies = pages.map((one) => JSON.parse(one.slice("/pager ".length)));
    assert.deepEqual(
      bodies.map(({ event_action: action }) => action),
      ["trigger", "resolve"],
    );
    assert.equal(bodies[0].dedup_key, bodies[1].dedup_key);
    const one = await run({}, "--rules", rules, "--target", "chat", "--json");
    assert.equal(one.code, 0);
    assert.deepEqual(JSON.parse(one.out), {
      targets: [{ name: "chat", type: "slack", result: "delivered", why: null }],
      problems: [],
    });
  });

  test("prints the requests without secrets and sends nothing", async () => {
    const before = got.length;
    const rules = fileOf("guide.json", blockIn("json"));
    const tasks = fileOf("guide.toml", blockIn("toml"));
    const { code, out } = await run(SET, "--rules", rules, "--tasks", tasks, "--print");
    assert.equal(code, 0);
    assert.equal(got.length, before);
    assert.doesNotMatch(out, /secret/);
    assert.match(out, /^POST https:\/\/hooks\.example\.com\/\*\*\*$/m);
    assert.match(out, /^SMTP mail\.example\.com:2525 \(starttls, user synfleet\)$/m);
    assert.match(out, /^PUT https:\/\/example\.com\/\*\*\*$/m);
  });

  test("says what is wrong, goes on with the rest, and needs a file", async () => {
    const tasks = fileOf(
      "bad.toml",
      `[[notify]]\ntype = "slak"\nname = "a"\n[[notify]]\ntype = "slack"\nname = "b"\nurl = "${url}/b"\n`,
    );
    const { code, out, error } = await run({}, "--tasks", tasks);
    assert.equal(code, 1);
    assert.match(error, /bad\.toml: Target "a": type must be one of .*did you mean "slack"/);
    assert.match(out, /^delivered {2}slack "b"$/m);
    const io = fakeIo({ env: {} });
    assert.equal(await runCli(["tasks", "validate", tasks], io), 1);
    assert.match(io.heard.out.join("\n"), /problem .*Target "a": type must be one of/);
    assert.equal((await run({})).code, 2);
    const unknown = await run({}, "--tasks", tasks, "--target", "c");
    assert.equal(unknown.code, 2);
    assert.match(unknown.error, /No target is named "c": there is "b"\./);
  });
});

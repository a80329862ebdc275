import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";

const COMMAND = join(import.meta.dirname, "../../cli/synfleet.ts");

const LAUNCHER = join(import.meta.dirname, "../../cli/launch.js");

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Runs the command as a shell does, without a terminal. */
async function synfleet(words: readonly string[], input = ""): Promise<Ended> {
  const child = spawn(process.execPath, [COMMAND, ...words]);
  const ended = once(child, "close");
  child.stdin.end(input);
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await ended;
  return { code, out, error };
}

async function withServer(use: (host: string) => Promise<void>): Promise<void> {
  const server = createServer((socket) => socket.on("error", () => socket.destroy()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await use(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}

async function closedPort(): Promise<string> {
  let host = "";
  await withServer(async (open) => {
    host = open;
  });
  return host;
}

describe("synfleet", { concurrency: 2 }, () => {
  test("synfleet check ends with 0 for an open port and shows its connect time", async () => {
    await withServer(async (host) => {
      const { code, out } = await synfleet(["check", host]);
      assert.match(
        out,
        /^127\.0\.0\.1:\d+ open: connect \d+\.\d+ ms \(\w+\), address 127\.0\.0\.1\n$/,
      );
      assert.equal(code, 0);
    });
  });

  test("synfleet check ends with 1 for a refused port, and with 0 if that is expected", async () => {
    const host = await closedPort();
    const refused = await synfleet(["check", `tcp://${host}`]);
    assert.deepEqual(refused, {
      code: 1,
      out: `${host} refused: Connection refused, address 127.0.0.1\n  help: docs/troubleshooting/refused.md\n`,
      error: "",
    });
    const expected = await synfleet(["check", host, "--expect", "closed", "--json"]);
    const record = JSON.parse(expected.out);
    assert.deepEqual([expected.code, record.success, record.outcome], [0, true, "refused"]);
  });

  test("synfleet check never reaches link-local and metadata addresses", async () => {
    for (const host of ["169.254.169.254:80", "[fe80::1]:80", "[fd00:ec2::254]:80"]) {
      const { code, out } = await synfleet(["check", host]);
      const said = `${host} blocked: Address not allowed\n  help: docs/troubleshooting/blocked.md\n`;
      assert.deepEqual([code, out], [1, said]);
    }
  });

  test("the launcher runs synfleet in any folder, and passes on its end and its signals", async () => {
    const words = [LAUNCHER, "check", "127.0.0.1:1", "--count", "1000"];
    const child = spawn(process.execPath, words, {
      cwd: tmpdir(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = once(child, "exit");
    const [said] = await once(child.stdout, "data");
    assert.match(String(said), /^127\.0\.0\.1:1 refused/);
    child.kill("SIGTERM");
    assert.deepEqual(await ended, [128 + 15, null]);
    const wrong = spawn(process.execPath, [LAUNCHER, "deploy"], { cwd: tmpdir(), stdio: "ignore" });
    assert.deepEqual(await once(wrong, "exit"), [2, null]);
  });

  test("synfleet check refuses an invalid target", async () => {
    const { code, out, error } = await synfleet(["check", "127.1:80"]);
    assert.deepEqual([code, out], [2, ""]);
    assert.match(error, /^synfleet: HOST:PORT must not end in a number .*, is "127\.1:80"\./);
  });

  test("synfleet tasks validate notices addresses that some or all regions leave out, and is fine", async () => {
    const hosts = [
      "10.0.0.5:22",
      "[4000::1]:22",
      "169.254.169.254:80",
      "8.8.8.8:53",
      "db.test:22",
      "localhost:22",
    ];
    const tasks = hosts.map((host, i) => ({ name: `t${i}`, host, schedule_seconds: 60 }));
    const { code, out } = await synfleet(["tasks", "validate", "-"], JSON.stringify(tasks));
    const closed =
      "is not a public address: only regions whose allowedPrivateCidrs have it check it, others report the task as unsupported";
    assert.equal(code, 0);
    assert.deepEqual(out.trimEnd().split("\n"), [
      `notice   stdin: Task "t0": host 10.0.0.5 ${closed}`,
      `notice   stdin: Task "t1": host 4000::1 ${closed}`,
      'notice   stdin: Task "t2": host 169.254.169.254 is an address that no region may probe: the task is unsupported everywhere',
      `notice   stdin: Task "t5": host localhost ${closed}`,
      "1 file: 6 good tasks, 0 problems, 4 notices.",
    ]);
  });

  test("synfleet tasks validate notices the port of a server that blocks its checkers, and is fine", async () => {
    const hosts = ["db.example:3306", "db.example:3307", "[2a00::1]:3306"];
    const tasks = hosts.map((host, i) => ({ name: `t${i}`, host, schedule_seconds: 60 }));
    const { code, out } = await synfleet(["tasks", "validate", "-"], JSON.stringify(tasks));
    const text =
      "port 3306 is the port of MySQL and MariaDB, which take each check for a broken handshake and block the probe's address after max_connect_errors of them (100): raise that on the server";
    assert.equal(code, 0);
    assert.deepEqual(out.trimEnd().split("\n"), [
      `notice   stdin: Task "t0": ${text}`,
      `notice   stdin: Task "t2": ${text}`,
      "1 file: 3 good tasks, 0 problems, 2 notices.",
    ]);
  });

  test("synfleet tasks validate reads standard input and counts tasks, problems and notices", async () => {
    const good = '[[tasks]]\nname = "a"\nhost = "a.example:22"\nschedule_seconds = 60\n';
    assert.deepEqual(await synfleet(["tasks", "validate", "-"], good), {
      code: 0,
      out: "1 file: 1 good task, 0 problems, 0 notices.\n",
      error: "",
    });
    const bad = `${good}timeout_seconds = 95\n[[tasks]]\ntype = "http"\nname = "b"\n`;
    assert.deepEqual(await synfleet(["tasks", "validate", "-"], bad), {
      code: 1,
      out: [
        'problem  stdin: Task "a": timeout_seconds must be 1 to 60, is 95',
        'notice   stdin: Task "b": type "http" is not supported yet, skipped',
        "1 file: 0 good tasks, 1 problem, 1 notice.\n",
      ].join("\n"),
      error: "",
    });
  });

  test("synfleet tasks validate says no to a file without a good task", async () => {
    for (const text of ["[]", '[{"type": "http", "name": "a"}]']) {
      const { code, out } = await synfleet(["tasks", "validate", "--json", "-"], text);
      const { valid, tasks, problems } = JSON.parse(out);
      assert.deepEqual([code, valid, tasks, problems], [1, false, 0, []], text);
    }
  });

  test("synfleet tasks validate --json gives each problem's parts", async () => {
    const huge = '{"tasks":[{"name":"a","host":"a.example:22","schedule_seconds":0}]}';
    const { code, out } = await synfleet(["tasks", "validate", "--json", "-"], huge);
    const message = 'stdin: Task "a": schedule_seconds must be 1 to 86400, is 0';
    assert.equal(code, 1);
    assert.deepEqual(JSON.parse(out), {
      valid: false,
      files: 1,
      tasks: 0,
      settings: 0,
      problems: [
        {
          file: "stdin",
          task: "a",
          field: "schedule_seconds",
          rule: "must be 1 to 86400",
          value: 0,
          message,
        },
      ],
      notices: [],
    });
  });

  test("synfleet ends with 3 and one sentence if something fails", async () => {
    const unread = await synfleet(["tasks", "validate", "/nowhere/tasks.toml"]);
    assert.equal(unread.code, 3);
    assert.match(
      unread.error,
      /^synfleet: Can't read \/nowhere\/tasks\.toml: There is no such file\./,
    );
    const absent = await synfleet(["tasks", "list", "--data", "/nowhere/data"]);
    assert.equal(absent.code, 3);
    assert.match(absent.error, /^synfleet: There is no local data in \/nowhere\/data\. .*--aws/);
  });

  test("synfleet ends quietly when its reader is gone", async () => {
    const child = spawn(process.execPath, [COMMAND, "--help"]);
    const error = text(child.stderr);
    const ended = once(child, "close");
    child.stdout.destroy();
    const [code] = await ended;
    assert.deepEqual([await error, code], ["", 0]);
  });

  test("synfleet check --count stops when its reader is gone", { timeout: 60_000 }, async () => {
    const child = spawn(process.execPath, [COMMAND, "check", "127.0.0.1:1", "--count", "99999"]);
    const ended = once(child, "close");
    child.stdout.once("data", () => child.stdout.destroy());
    assert.deepEqual([await text(child.stderr), (await ended)[0]], ["", 1]);
  });
});

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openHomeStores, openRegionStores } from "../../functions/adapters/dynamodb/dynamodb.ts";
import { localClient } from "../../local/aws/database.ts";
import { openLocalData } from "../../local/aws/local-data.ts";
import { accessKeyOf, readRuntime } from "../../local/aws/runtime-file.ts";
import { HOUR_MS, MINUTE_MS, startOfMinute } from "../../shared/units.ts";
import { readableLease } from "../fakes/stores.ts";
import { refusedPort, startTcpServer, type TcpServer } from "../fakes/tcp-server.ts";

const CLI = fileURLToPath(new URL("../../cli/synfleet.ts", import.meta.url));
const START = fileURLToPath(new URL("../../local/start.ts", import.meta.url));

type Line = Record<string, unknown>;

/** `npm start` in its own process, with its output. */
class Started {
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  readonly #errors: string[] = [];
  #partial = "";

  constructor(argv: readonly string[]) {
    this.child = spawn(process.execPath, [START, ...argv], {
      stdio: ["ignore", "pipe", "pipe"],
      // The user's variables must reach neither the functions nor the clients of this process.
      env: {
        AWS_ACCESS_KEY_ID: "user",
        AWS_REGION: "us-gov-west-1",
        AWS_PROFILE: "user",
        AWS_USE_FIPS_ENDPOINT: "true",
        AWS_USE_DUALSTACK_ENDPOINT: "true",
      },
    });
    this.child.stdout?.setEncoding("utf8").on("data", (chunk: string) => this.#take(chunk));
    this.child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      this.#errors.push(chunk);
    });
  }

  get errors(): string {
    return this.#errors.join("");
  }

  records(kind: string): Line[] {
    return this.lines.map((line): Line => JSON.parse(line)).filter((line) => line.kind === kind);
  }

  /** Waits until the output satisfies `wanted`; the timeout of the test is the limit. */
  async until(wanted: () => boolean): Promise<void> {
    const { stdout, stderr } = this.child;
    while (!wanted()) {
      assert.equal(this.child.exitCode, null, this.errors);
      const over = new AbortController();
      const { signal } = over;
      const more = [stdout, stderr].map((stream) => stream && once(stream, "data", { signal }));
      await Promise.race(more);
      over.abort();
      await Promise.allSettled(more);
    }
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    const closed = once(this.child, "close");
    this.child.kill(signal);
    await closed;
    return this.child.exitCode;
  }

  #take(chunk: string): void {
    const parts = (this.#partial + chunk).split("\n");
    this.#partial = parts.pop() ?? "";
    this.lines.push(...parts);
  }
}

/** The tasks that a running fleet has stored. */
async function storedNames(dataDir: string): Promise<string[]> {
  const runtime = readRuntime(dataDir);
  assert.ok(runtime !== null);
  const { database, fleet } = runtime;
  const client = localClient(database, fleet.home, accessKeyOf(runtime));
  const tasks = await openHomeStores({ client, fleet: fleet.name }).tasks.readTasks();
  client.destroy();
  return tasks.map(({ name }) => name).sort();
}

/** The ids of the results that a command finds. */
async function storedResultIds(task: string, dataDir: string): Promise<unknown[]> {
  const argv = [CLI, "results", task, "--json", "--limit", "500", "--data", dataDir];
  const command = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
  const lines = (await text(command.stdout)).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line).id);
}

describe("npm start", { timeout: 480_000 }, () => {
  let dir = "";
  let target: TcpServer;
  let started: Started[] = [];

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), "synfleet-"));
    target = await startTcpServer();
    started = [];
  });
  afterEach(async () => {
    for (const { child } of started) child.kill("SIGKILL");
    await target.close();
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  });

  function start(...argv: readonly string[]): Started {
    const one = new Started(["--data", join(dir, "data"), "--page", "0", ...argv]);
    started.push(one);
    return one;
  }

  async function writeTasks(...more: readonly string[]): Promise<string> {
    const taskOf = (name: string, port: number): string =>
      `[[tasks]]\nname = "${name}"\nschedule_seconds = 1\nhost = "127.0.0.1:${port}"\n`;
    const path = join(dir, "tasks.toml");
    const parts = [taskOf("up", target.port), taskOf("down", await refusedPort()), ...more];
    writeFileSync(path, parts.join("\n"));
    return path;
  }

  test("checks every task from every region, as JSON lines, until SIGTERM", async () => {
    const tasks = await writeTasks('[[tasks]]\nname = "bad"\nschedule_seconds = 0\n');
    const run = start("--json", "--tasks", tasks, "--regions", "here,there");
    const seen = () => new Set(run.records("result").map((r) => `${r.task_name} ${r.region}`));
    await run.until(() => seen().size === 4);
    assert.equal(await run.end("SIGTERM"), 0);

    const [first] = run.lines;
    const [startedLine] = run.records("started");
    assert.equal(JSON.parse(first ?? "").kind, "started");
    assert.deepEqual(startedLine?.regions, ["here", "there"]);
    assert.deepEqual(
      (startedLine?.tasks as Line[] | undefined)?.map(({ name }) => name),
      ["up", "down"],
    );
    assert.deepEqual(startedLine?.states, [], "nothing stands before the first start");
    assert.match(String(startedLine?.problems), /tasks\.toml: Task "bad": .*schedule_seconds/);

    const results = run.records("result");
    assert.equal(new Set(results.map(({ id }) => id)).size, results.length);
    for (const result of results) {
      const isUp = result.task_name === "up";
      assert.equal(result.success, isUp);
      assert.equal(result.error_kind, isUp ? null : "refused");
      assert.equal(result.error, isUp ? null : "Connection refused");
    }
    const [stopped] = run.records("stopped");
    assert.equal(run.lines.at(-1), JSON.stringify(stopped));
    assert.equal(stopped?.reason, "SIGTERM");
    assert.equal(stopped?.results, results.length);
    assert.equal(run.errors, "");
  });

  test("ends without a word of failure when it is asked to before its first check", async () => {
    const run = start("--json", "--tasks", await writeTasks(), "--regions", "here,there");
    await run.until(() => run.lines.length > 0);
    assert.equal(await run.end("SIGTERM"), 0);
    assert.equal(run.errors, "");
    assert.equal(run.records("stopped").length, 1);
  });

  test("stores every shown result before it ends", async () => {
    const run = start("--json", "--tasks", await writeTasks(), "--regions", "here");
    await run.until(() => run.records("result").length >= 3);
    await run.end("SIGINT");
    const log = readFileSync(join(dir, "data", "log.jsonl"), "utf8")
      .trimEnd()
      .split("\n");
    const probe = log.map((line): Line => JSON.parse(line)).find((l) => l.function === "probe");
    assert.equal(probe?.Attempts, run.records("result").length);
    assert.equal(probe?.unstoredChunks, 0);
  });

  test("starts again at once after a kill, and runs no slot twice", async () => {
    const tasks = await writeTasks();
    const first = start("--json", "--tasks", tasks, "--regions", "here");
    await first.until(() => first.records("result").length >= 2);
    await first.end("SIGKILL");
    const second = start("--json", "--tasks", tasks, "--regions", "here");
    await second.until(() => second.records("result").length >= 2);
    const ids = [first, second].flatMap((run) => run.records("result").map(({ id }) => id));
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(second.records("started").length, 1);
    assert.equal(await second.end("SIGTERM"), 0);
    assert.equal(second.errors, "");
    const printed = first.records("result").filter(({ task_name }) => task_name === "up");
    const stored = new Set(await storedResultIds("up", join(dir, "data")));
    assert.ok(printed.length > 0);
    for (const { id } of printed) assert.ok(stored.has(id), "what was printed is lost");
  });

  test("goes on at once from data of a time ahead, and says so", async () => {
    const tasks = await writeTasks();
    const argv = ["--json", "--tasks", tasks, "--regions", "here"];
    const first = start(...argv);
    await first.until(() => first.records("result").length >= 2);
    await first.end("SIGTERM");
    const aheadMs = startOfMinute(Date.now()) + HOUR_MS;
    const data = await openLocalData(join(dir, "data"));
    const opened = { client: data.client, fleet: data.fleet.name };
    const { progress } = openHomeStores(opened);
    await progress.writeProgress({ watermarkMs: aheadMs, openWindows: [] });
    const { leases } = openRegionStores({ ...opened, region: "here" });
    const held = await readableLease(leases, 0);
    assert.ok(held !== null);
    const [run = assert.fail("the fleet had no term")] = held.runs;
    const ahead = { ...run, fromMs: aheadMs, toMs: aheadMs + MINUTE_MS };
    await leases.moveLease(0, held, { claimedToMs: ahead.toMs, runs: [...held.runs, ahead] });
    await data.close();
    const second = start(...argv);
    await second.until(() => second.records("result").length >= 2 && second.errors !== "");
    assert.match(
      second.errors,
      /^\S+ The summaries are up to \S+, ahead of this clock: they go on from \S+\.\n$/,
    );
    assert.equal(await second.end("SIGTERM"), 0);
  });

  test("applies a changed tasks file, reports its problems, and keeps a task whose name is misspelt", async () => {
    const tasks = await writeTasks();
    const run = start("--tasks", tasks, "--regions", "here");
    await run.until(() => run.lines.some((line) => line.includes(" down here refused")));
    await writeTasks(
      `[[tasks]]\nname = "new"\nschedule_seconds = 9\nhost = "127.0.0.1:1"\n`,
      '[[tasks]]\nname = "bad"\nschedule_seconds = 0\nhost = "127.0.0.1:1"\n',
    );
    await run.until(() => run.lines.some((line) => line.includes("was read again")));
    const said = run.lines.join("\n");
    assert.match(said, /Task "bad": schedule_seconds must be/);
    assert.match(said, /tasks\.toml was read again, 3 tasks: 1 added, 1 changed, 0 removed\./);

    const misspelt = readFileSync(tasks, "utf8").replace('name = "down"', 'nmae = "down"');
    writeFileSync(tasks, misspelt);
    await run.until(() => run.lines.some((line) => line.includes("was read again, 2 tasks")));
    const saidNext = run.lines.join("\n");
    assert.match(saidNext, /Task "down" is kept as stored: an entry without a usable name may be/);
    assert.match(saidNext, /2 tasks: 0 added, 0 changed, 0 removed, 1 kept\./);
    assert.deepEqual(await storedNames(join(dir, "data")), ["down", "new", "up"]);

    // More than half in one save: it is the user's word, so no plan is refused.
    const renamed = ["x", "y"].map(
      (name) => `[[tasks]]\nname = "${name}"\nschedule_seconds = 9\nhost = "127.0.0.1:1"\n`,
    );
    writeFileSync(tasks, renamed.join(""));
    await run.until(() => run.lines.some((line) => line.includes("2 added, 0 changed, 3 removed")));
    assert.doesNotMatch(run.lines.join("\n"), /refused;|failed/);
    assert.deepEqual(await storedNames(join(dir, "data")), ["x", "y"]);
    assert.equal(await run.end("SIGTERM"), 0);
  });

  test("goes on when its folder is removed, says so once, and keeps everything in a new one", async () => {
    const run = start("--tasks", await writeTasks(), "--regions", "here");
    const saying = (words: string) => run.lines.filter((line) => line.includes(words)).length;
    await run.until(() => saying(" down here refused") > 0);
    rmSync(join(dir, "data"), { recursive: true });
    await run.until(() => run.lines.some((line) => / The data in .* can be kept again/.test(line)));
    const lost = run.lines.filter((line) => /\d The data in .*: its folder was removed/.test(line));
    assert.equal(lost.length, 1);
    // The log may have failed before it, and there is one event for both.
    assert.equal(saying("DISK: "), 1);
    assert.deepEqual(await storedNames(join(dir, "data")), ["down", "up"]);
    const events = readFileSync(join(dir, "data", "alerts.jsonl"), "utf8");
    assert.match(events, /"Probe Fleet Trouble".*"state":"raised"/);
    assert.equal(await run.end("SIGTERM"), 0);
    assert.equal(run.errors, "");
  });

  test("ends when the reader of its output is gone", async () => {
    const run = start("--json", "--tasks", await writeTasks(), "--regions", "here");
    await run.until(() => run.records("started").length === 1);
    const closed = once(run.child, "close");
    run.child.stdout?.destroy();
    await closed;
    assert.equal(run.child.exitCode, 0);
  });

  test("names the process that has the data open", async () => {
    const tasks = await writeTasks();
    const first = start("--json", "--tasks", tasks, "--regions", "here");
    await first.until(() => first.records("started").length === 1);
    const second = start("--json", "--tasks", tasks, "--regions", "here");
    await once(second.child, "close");
    assert.equal(second.child.exitCode, 1);
    assert.match(second.errors, new RegExp(`is in use by process ${first.child.pid}\\.`));
    assert.deepEqual(second.lines, []);
  });
});

test("npm start says that too few files may be open", async () => {
  const dir = mkdtempSync(join(tmpdir(), "synfleet-"));
  const command = 'ulimit -n 64 && exec "$0" "$@"';
  const child = spawn("sh", ["-c", command, process.execPath, START, "--no-page", "--data", dir]);
  const [code, said] = await Promise.all([once(child, "close"), text(child.stderr)]);
  rmSync(dir, { recursive: true });
  // Which of the threads and files is the one too many is not given.
  assert.match(said, /^(Too few files may be open at once: |.*: too many open files\.\n$)/);
  assert.doesNotMatch(said, /\n +at /);
  assert.ok(code[0] === 1 || code[0] === 2);
});

describe("npm start refuses", () => {
  const CASES: readonly (readonly [readonly string[], RegExp])[] = [
    [["--minute", "3"], /^Unknown option '--minute'.*\nSee npm start -- --help\.\n$/],
    [["--tasks", "/nowhere/t.toml"], /^\/nowhere\/t\.toml can't be read: there is no such file\n$/],
    [["--data", START], /^The data can't be kept in .*start\.ts: it is a file\n$/],
    [["--data", `${START}/x`], /^The data can't be kept in .*: a part of its path is a file\n$/],
    [["--data", "/proc"], /^The data can't be kept in \/proc: no folder can be made there\n$/],
    [["--data", "/proc/a/b"], /^The data can't be kept in .*: no folder can be made there\n$/],
    [["--regions", "a_b"], /^--regions: .*regions\[0\]\.name must be .*, is "a_b"\n/],
    [["--rules", "/nowhere/r.json"], /^\/nowhere\/r\.json can't be read: there is no such file\n$/],
  ];
  for (const [argv, message] of CASES) {
    test(argv.join(" "), async () => {
      const dir = mkdtempSync(join(tmpdir(), "synfleet-"));
      const child = spawn(process.execPath, [START, "--data", dir, ...argv]);
      const [code, said] = await Promise.all([once(child, "close"), text(child.stderr)]);
      rmSync(dir, { recursive: true });
      assert.equal(code[0], 2);
      assert.match(said, message);
    });
  }
});

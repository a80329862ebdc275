import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { marshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { noticeSentence, problemSentence } from "../../../shared/input/input.ts";
import { readTaskFile } from "../../../shared/task-file/read-task-file.ts";

const SEEDS = new URL("../../golden/seeds/", import.meta.url);

function read(fileName: string, text: string) {
  const { tasks, problems, notices } = readTaskFile(fileName, text);
  return {
    tasks,
    names: tasks.map(({ name }) => name),
    problems: problems.map(problemSentence),
    notices: notices.map(noticeSentence),
  };
}

const seeds = readdirSync(SEEDS).filter((file) => !file.endsWith(".json"));

test("the golden task files are twelve blocks of TOML and YAML", () => {
  assert.equal(seeds.length, 12);
});

for (const file of seeds) {
  test(`readTaskFile loads the golden task file ${file} as written`, () => {
    const golden = readFileSync(new URL(file.replace(/\w+$/, "json"), SEEDS), "utf8");
    const { tasks, problems, notices } = read(file, readFileSync(new URL(file, SEEDS), "utf8"));
    assert.deepEqual({ tasks, problems, notices }, JSON.parse(golden));
  });
}

const item = { name: "t1", host: "example.com:443", schedule_seconds: 60 };
const toml = '[[tasks]]\nname = "t1"\nhost = "example.com:443"\nschedule_seconds = 60\n';
const yaml = 'tasks:\n  - name: t1\n    host: "example.com:443"\n    schedule_seconds: 60\n';
const stored = marshall(item);

const spellings: readonly [what: string, fileName: string, text: string][] = [
  ["TOML", "a.toml", toml],
  ["TOML with a mark and CRLF", "a.toml", `\ufeff${toml.replaceAll("\n", "\r\n")}`],
  ["nested TOML", "a.toml", '[[task]]\nname="t1"\n[task.params]\nhost="example.com:443"\n'],
  ["YAML", "a.yaml", yaml],
  ["YAML with a mark and CRLF", "a.yml", `\ufeff${yaml.replaceAll("\n", "\r\n")}`],
  [
    "YAML with a merged default",
    "a.yaml",
    `${yaml.replace("schedule_seconds: 60", "<<: &d { timeout: 5 }")}`,
  ],
  [
    "a list under tcp",
    "a.yaml",
    "tcp:\n  - { name: t1, host: example.com, port: 443, timeout: 5 }\n",
  ],
  ["urls with a tcp URL", "a.yaml", "urls:\n  - { name: t1, url: 'tcp://example.com:443' }\n"],
  ["a JSON list", "a.json", JSON.stringify([item])],
  ["a JSON object of tasks", "a.json", JSON.stringify({ tasks: [item] })],
  ["one JSON task", "a.json", `\ufeff${JSON.stringify(item)}`],
  ["one DynamoDB item", "a.json", JSON.stringify(stored)],
  ["a list of DynamoDB items", "a.json", JSON.stringify([stored])],
  [
    "a scan",
    "a.json",
    JSON.stringify({ Items: [stored], Count: 1, ScannedCount: 1, ConsumedCapacity: null }),
  ],
  ["get-item", "a.json", JSON.stringify({ Item: stored })],
  ["TOML without an ending", "tasks", toml],
  ["YAML without an ending", "stdin", yaml],
  ["JSON with an unknown ending", "a.conf", JSON.stringify([item])],
];

for (const [what, fileName, text] of spellings) {
  test(`readTaskFile reads ${what}`, () => {
    const { tasks, problems, notices } = read(fileName, text);
    assert.deepEqual({ problems, notices }, { problems: [], notices: [] });
    assert.deepEqual(
      tasks.map(({ name, host, scheduleMs, timeoutMs }) => ({ name, host, scheduleMs, timeoutMs })),
      [{ name: "t1", host: "example.com:443", scheduleMs: 60_000, timeoutMs: 5_000 }],
    );
  });
}

test("readTaskFile decodes every type of a DynamoDB item", () => {
  const full = {
    ...item,
    port: 443,
    enabled: false,
    regions: new Set(["us-east-1", "eu-west-1"]),
    alert: { warning: { failure_percent: 2.5, avg_connect_time_ms: false } },
    tags: { team: "data" },
  };
  const { tasks, problems } = read("a.json", JSON.stringify({ Items: [marshall(full)] }));
  assert.deepEqual(problems, []);
  assert.equal(tasks[0]?.enabled, false);
  assert.deepEqual(tasks[0]?.regions, ["eu-west-1", "us-east-1"]);
  assert.deepEqual(tasks[0]?.alert, { warning: { failurePercent: 2.5, avgConnectTimeMs: false } });
  assert.deepEqual(tasks[0]?.tags, { team: "data" });
});

test("readTaskFile skips other kinds of checks and other sections with a notice each", () => {
  const text = `
monitor: { interval: 30, workers: 4 }
database: { path: /tmp/x }
display: {}
urls:
  - { name: WEB, url: "https://example.com", timeout: 10 }
  - { name: PING, type: ping, host: example.com }
  - { name: DB, type: tcp, host: db.example.com, port: 5432 }
`;
  const { tasks, problems, notices } = read("a.yaml", text);
  assert.deepEqual(problems, []);
  assert.deepEqual(notices, [
    'a.yaml: section "database" holds no TCP tasks, skipped',
    'a.yaml: section "display" holds no TCP tasks, skipped',
    'a.yaml: section "monitor" holds no TCP tasks, skipped',
    'a.yaml: Task "WEB": type "http" is not supported yet, skipped',
    'a.yaml: Task "PING": type "ping" is not supported yet, skipped',
  ]);
  assert.deepEqual(
    tasks.map(({ name, scheduleMs }) => [name, scheduleMs]),
    [["DB", 30_000]],
  );
});

for (const interval of ["often", "2d", "30 s", "0", "90000", "[30]", "1.5"]) {
  test(`readTaskFile says at which schedule tasks run if a YAML's interval is ${interval}`, () => {
    const text = `monitor: { interval: ${interval} }\ntcp:\n  - { name: a, host: a.example.com, port: 1 }\n`;
    const { tasks, problems, notices } = readTaskFile("m.yaml", text);
    assert.deepEqual(
      tasks.map(({ scheduleMs }) => scheduleMs),
      [60_000],
    );
    assert.deepEqual(
      problems.map(({ field }) => field),
      ["monitor.interval"],
    );
    assert.deepEqual(
      notices.map(({ text }) => text),
      ["without monitor.interval, tasks are checked every 60 s"],
    );
  });
}

test("readTaskFile uses a YAML's interval without a word when the section has nothing else", () => {
  const text =
    "monitor:\n  interval: 15\ntcp:\n  - { name: DB, host: db.example.com, port: 5432 }\n";
  const { tasks, notices } = read("a.yaml", text);
  assert.deepEqual(notices, []);
  assert.equal(tasks[0]?.scheduleMs, 15_000);
});

test("readTaskFile reads a list with everything commented out as an empty one", () => {
  const text = `
urls:
  - name: "WEB"
    url: "https://example.com"
tcp:
  # - name: "DB"
  #   host: "db.example.com"
  #   port: 5432
`;
  assert.deepEqual(read("a.yaml", text).problems, []);
  assert.deepEqual(read("a.yaml", "tasks:\n# - name: t1\n"), read("a.json", '{"tasks": []}'));
  assert.deepEqual(read("a.yaml", "tasks:"), { tasks: [], names: [], problems: [], notices: [] });
});

test("readTaskFile passes an unknown table over and goes on", () => {
  const { names, notices } = read("a.toml", `log_level = "info"\n${toml}[server]\nport = 1\n`);
  assert.deepEqual(names, ["t1"]);
  assert.deepEqual(notices, [
    'a.toml: section "log_level" holds no TCP tasks, skipped',
    'a.toml: section "server" holds no TCP tasks, skipped',
  ]);
});

test("readTaskFile keeps the good tasks of a file with bad ones", () => {
  const bad = toml.replace("t1", "t2").replace(":443", "");
  const { names, problems } = read("a.toml", `${bad}${toml}${toml}${toml.replace("t1", "t3")}`);
  assert.deepEqual(names, ["t1", "t3"]);
  assert.deepEqual(problems, [
    'a.toml: Task "t2": host must end in a port, as in "example.com:443", is "example.com"',
    'a.toml: Task "t1": name must be unique in its file, is "t1"',
  ]);
});

test("readTaskFile checks regions against the fleet's", () => {
  const { problems } = readTaskFile("a.toml", `${toml}regions = ["mars"]\n`, {
    knownRegions: ["eu-west-1"],
  });
  assert.deepEqual(problems.map(problemSentence), [
    'a.toml: Task "t1": regions[0] must be "eu-west-1", is "mars"',
  ]);
});

test("readTaskFile names the format that a nameless text came nearest to", () => {
  const nearest = (text: string) => /valid (\w+)/.exec(read("stdin", text).problems[0] ?? "")?.[1];
  assert.equal(nearest(`${toml}name = \n`), "TOML");
  assert.equal(nearest('{"tasks": [{"name": "t1" "host": "x"}]}'), "JSON");
  assert.equal(nearest(`${yaml}    host: other:1\n`), "YAML");
});

test("readTaskFile lists at most five faults of one syntax", () => {
  const keys = Array.from({ length: 20 }, () => "a: 1\n").join("");
  assert.equal(read("a.yaml", keys).problems.length, 5);
});

test("readTaskFile reads ten thousand tasks", () => {
  const many = Array.from({ length: 10_000 }, (_, i) => toml.replace("t1", `t${i}`)).join("");
  const { tasks, problems } = read("a.toml", many);
  assert.equal(tasks.length, 10_000);
  assert.deepEqual(problems, []);
});

test("readTaskFile never throws on any text in any format", () => {
  const line = fc.constantFrom(
    ...["[[tasks]]\n", "tasks:\n", "  - ", "name: x\n", 'name = "x"\n', "host: &a b:1\n", "*a"],
    ...[
      "<<: ",
      "{",
      "}",
      "[",
      "]",
      ",",
      '"',
      ": ",
      "!!binary x",
      "__proto__",
      "\u0000",
      "? ",
      "\t",
    ],
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(line).map((lines) => lines.join("")),
  );
  const file = fc.constantFrom("a.toml", "a.yaml", "a.json", "a");
  fc.assert(
    fc.property(file, text, (name, body) => void read(name, body)),
    { numRuns: 1_000 },
  );
});

const GOOD = '[[tasks]]\nname = "café"\nhost = "db:1"\nschedule_seconds = 5\n';
const ENCODINGS: readonly (readonly [string, Buffer, number | null])[] = [
  ["UTF-8", Buffer.from(GOOD, "utf8"), null],
  ["UTF-8 with a byte order mark", Buffer.from(`\ufeff${GOOD}`, "utf8"), null],
  ["Latin-1", Buffer.from(GOOD, "latin1"), 2],
  ["UTF-16", Buffer.from(`\ufeff${GOOD}`, "utf16le"), 1],
  ["UTF-8 with a NUL", Buffer.from(`${GOOD}\0`, "utf8"), 5],
];
for (const [encoding, bytes, line] of ENCODINGS) {
  for (const file of ["a.toml", "a"]) {
    test(`readTaskFile ${line === null ? "reads" : "refuses"} ${file} in ${encoding}`, () => {
      const { tasks, problems } = readTaskFile(file, bytes.toString("utf8"));
      const rule = `is not UTF-8 text: line ${line} has other bytes, or a NUL character`;
      assert.deepEqual(
        problems.map((problem) => [problem.field, problem.rule]),
        line === null ? [] : [["file", rule]],
      );
      assert.deepEqual(
        tasks.map(({ name }) => name),
        line === null ? ["café"] : [],
      );
    });
  }
}

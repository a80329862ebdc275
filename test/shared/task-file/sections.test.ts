import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noticeSentence, problemSentence } from "../../../shared/input/input.ts";
import { sortSections } from "../../../shared/task-file/sections.ts";

const T1 = { name: "t1" };
const T2 = { name: "t2" };
const STORED = { name: { S: "t1" } };
const NO_TASKS = "f: file holds no tasks: expected a list named tasks, task, urls or tcp";

function sort(content: unknown) {
  const { entries, problems, notices } = sortSections(content, "f");
  return {
    entries: entries.map(({ list, position, raw }) => [list, position, raw]),
    problems: problems.map(problemSentence),
    notices: notices.map(noticeSentence),
  };
}

const READ: readonly (readonly [what: string, content: unknown, entries: readonly unknown[]])[] = [
  [
    "a bare list, as tasks",
    [T1, T2],
    [
      ["tasks", 1, T1],
      ["tasks", 2, T2],
    ],
  ],
  ["an empty list", [], []],
  ["one task with a name", { name: "t1", port: 1 }, [["tasks", 1, { name: "t1", port: 1 }]]],
  ["one task with a host only", { host: "a:1" }, [["tasks", 1, { host: "a:1" }]]],
  ["one task with a URL only", { url: "tcp://a:1" }, [["tasks", 1, { url: "tcp://a:1" }]]],
  ["one DynamoDB item", STORED, [["tasks", 1, T1]]],
  ["an item as get-item prints it", { Item: STORED }, [["tasks", 1, T1]]],
  [
    "a list of DynamoDB items",
    [STORED, T2],
    [
      ["tasks", 1, T1],
      ["tasks", 2, T2],
    ],
  ],
  ["a list under tasks", { tasks: [T1] }, [["tasks", 1, T1]]],
  ["a list under task", { task: [T1] }, [["task", 1, T1]]],
  ["a list under urls", { urls: [T1] }, [["urls", 1, T1]]],
  ["a list under tcp", { tcp: [T1] }, [["tcp", 1, T1]]],
  ...["tasks", "task", "urls", "tcp", "Items"].map(
    (list) =>
      [`an empty list under ${list} with everything commented out`, { [list]: null }, []] as const,
  ),
  ["a list beside an empty one", { urls: [T1], tcp: null }, [["urls", 1, T1]]],
  ["a list under Items", { Items: [STORED] }, [["Items", 1, T1]]],
  [
    "two lists, each with its own positions",
    { urls: [T1], tcp: [T2] },
    [
      ["urls", 1, T1],
      ["tcp", 1, T2],
    ],
  ],
];

describe("sortSections", () => {
  for (const [what, content, entries] of READ) {
    it(`reads ${what}`, () => {
      assert.deepEqual(sort(content), { entries, problems: [], notices: [] });
    });
  }

  it("reads a list beside a name as a list, and ignores the name with a notice", () => {
    const { entries, problems, notices } = sort({ name: "my tasks", tasks: [T1] });
    assert.deepEqual([entries, problems, notices.length], [[["tasks", 1, T1]], [], 1]);
    assert.match(notices[0] ?? "", /^f: section "name" /);
  });

  for (const content of [null, undefined, 5, "tasks", true]) {
    it(`finds no tasks in ${String(content)}`, () => {
      assert.deepEqual(sort(content), { entries: [], problems: [NO_TASKS], notices: [] });
    });
  }

  it("finds no tasks in an empty table, nor in one without a known section", () => {
    assert.deepEqual(sort({}), { entries: [], problems: [NO_TASKS], notices: [] });
    const { problems, notices } = sort({ server: { port: 1 }, name: 5 });
    assert.deepEqual(problems, [NO_TASKS]);
    assert.equal(notices.length, 2);
  });

  const FOREIGN = [
    ...["monitor", "database", "display", "api", "alerts", "tls"],
    ...["rate_limit", "compression", "http", "ping", "dns", "ssl"],
  ];
  for (const name of FOREIGN) {
    it(`ignores the section ${name} of other monitors with a notice, table or list`, () => {
      for (const value of [{}, []]) {
        const { entries, problems, notices } = sort({ [name]: value });
        assert.deepEqual([entries, problems, notices.length], [[], [], 1]);
        assert.match(notices[0] ?? "", new RegExp(`^f: section "${name}" holds no TCP tasks`));
      }
    });
  }

  for (const name of ["Count", "ScannedCount", "ConsumedCapacity"]) {
    it(`ignores ${name} beside Items without a notice`, () => {
      assert.deepEqual(sort({ Items: [STORED], [name]: 1 }), {
        entries: [["Items", 1, T1]],
        problems: [],
        notices: [],
      });
    });
  }

  for (const name of ["LastEvaluatedKey", "NextToken"]) {
    it(`reports ${name} beside Items: there are more pages`, () => {
      const { entries, problems } = sort({ Items: [STORED], [name]: "next" });
      assert.deepEqual(entries, [["Items", 1, T1]]);
      assert.deepEqual(problems, [`f: ${name} means that the scan has more pages than this one`]);
      assert.deepEqual(sort({ Items: [STORED], [name]: null }).problems, []);
    });
  }

  it("reports a table that has a host or a URL as a task has", () => {
    for (const table of [{ host: "a:1" }, { url: "tcp://a:1" }]) {
      const { problems } = sort({ tasks: [T1], extra: table });
      assert.deepEqual(problems, ["f: extra is not a list of tasks"]);
    }
  });

  const REFUSED: readonly (readonly [content: object, problems: readonly string[]])[] = [
    [{ tasks: T1 }, ['f: tasks must be a list of tasks, is {"name":"t1"}']],
    [{ tasks: "" }, ['f: tasks must be a list of tasks, is ""']],
    [{ tasks: false }, ["f: tasks must be a list of tasks, is false"]],
    [{ taks: [T1] }, ['f: taks is not a list of tasks (did you mean "tasks"?)', NO_TASKS]],
    [{ taks: {} }, ['f: taks is not a list of tasks (did you mean "tasks"?)', NO_TASKS]],
    [{ checks: [T1] }, ["f: checks is not a list of tasks", NO_TASKS]],
    [{ "a b": [T1], tcp: [] }, ['f: "a b" is not a list of tasks']],
  ];
  for (const [content, problems] of REFUSED) {
    it(`refuses ${JSON.stringify(content)}`, () => {
      assert.deepEqual(sort(content), { entries: [], problems, notices: [] });
    });
  }

  it("goes on after a refused section", () => {
    const { entries, problems } = sort({ tasks: "all", tcp: [T1] });
    assert.deepEqual(entries, [["tcp", 1, T1]]);
    assert.deepEqual(problems, ['f: tasks must be a list of tasks, is "all"']);
  });

  const ELSEWHERE: readonly (readonly [what: string, value: unknown])[] = [
    ["a URL", { monitors: { endpoints: [{ name: "db", url: "tcp://db:1" }] } }],
    ["a URL in capitals in a list", ["https://a", "TCP://db:1"]],
    ["a type", { one: { type: "tcp", target: "db:1" } }],
    ["a method", [{ method: "TCP_PING", target: "db:1" }]],
    ["a check", { sites: [{ check: "tcp-ping" }] }],
    ["one of many modules", { params: { module: ["icmp", "tcp_connect"] } }],
    ["a table of that name", { livenessProbe: { tcpSocket: { port: 1 } } }],
  ];
  for (const [what, value] of ELSEWHERE) {
    it(`never says that a section holds no TCP tasks if it has ${what} of TCP`, () => {
      for (const name of ["database", "extra"]) {
        const { problems, notices } = sort({ tasks: [T1], [name]: { value } });
        assert.deepEqual(problems, [`f: ${name} holds TCP checks, but not as a list of tasks`]);
        assert.deepEqual(notices, []);
      }
    });
  }

  it("takes no other word for TCP", () => {
    const words = { type: "tcpdump", kind: "http", url: "https://tcp://", tcp: 5, note: "tcp" };
    assert.deepEqual(sort({ tasks: [T1], database: words }).notices, [
      'f: section "database" holds no TCP tasks, skipped',
    ]);
  });

  it("keeps the file, field and value of a problem, and the file of a notice", () => {
    const { problems, notices } = sortSections({ tasks: 5, api: {} }, "f");
    const problem = { file: "f", task: null, field: "tasks", rule: "must be a list of tasks" };
    assert.deepEqual(problems, [{ ...problem, value: 5 }]);
    assert.deepEqual(
      notices.map(({ file, task }) => [file, task]),
      [["f", null]],
    );
  });
});

it("sortSections reads the first 200 sections of a table, and says how many more there are", () => {
  const content = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`s${i}`, [1]]));
  const { problems } = sortSections({ tasks: [], ...content }, "a.json");
  assert.equal(problems.length, 200);
  assert.equal(problems.at(-1)?.rule, "has 4801 more sections, which are not read");
});

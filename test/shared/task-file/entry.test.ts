import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noticeSentence, problemSentence } from "../../../shared/input/input.ts";
import { readEntry } from "../../../shared/task-file/entry.ts";
import type { Entry } from "../../../shared/task-file/sections.ts";

const TCP = { name: "t1", host: "a.example:22", schedule_seconds: 60 };

function read(raw: unknown, list: Entry["list"] = "tasks", context = {}) {
  const defaults = { fields: {}, problems: [] };
  const entries = readEntry(
    { list, position: 3, raw, isStored: false },
    { file: "f", environment: {}, defaults, ...context },
  );
  assert.equal(entries.length, 1);
  return {
    name: entries[0]?.name,
    host: entries[0]?.task?.host ?? null,
    problems: entries.flatMap(({ problems }) => problems.map(problemSentence)),
    notices: entries.flatMap(({ notices }) => notices.map(noticeSentence)),
  };
}

const FOREIGN_TYPES = [
  ...["http", "https", "http_get", "http_head", "http_post", "http_content", "ping", "icmp"],
  ...["tls", "tls_handshake", "ssl", "dns", "dns_query", "dns_doh", "dns_query_doh", "udp"],
  ...["sql", "sql_query", "snmp", "bandwidth", "grpc", "websocket"],
];

describe("readEntry", () => {
  const GOOD = { name: "t1", host: "a.example:22", problems: [], notices: [] };

  it("reads a task with or without the type tcp", () => {
    assert.deepEqual(read(TCP), GOOD);
    assert.deepEqual(read({ ...TCP, type: "tcp" }), GOOD);
  });

  for (const type of FOREIGN_TYPES) {
    it(`ignores a check of the type ${type} with a notice`, () => {
      const text = `f: Task "t1": type "${type}" is not supported yet, skipped`;
      assert.deepEqual(read({ ...TCP, type }), {
        name: null,
        host: null,
        problems: [],
        notices: [text],
      });
    });
  }

  it("refuses any other type, which may be a typing error", () => {
    const { problems, notices, host } = read({ ...TCP, type: "tpc" });
    assert.deepEqual([problems.length, notices, host], [1, [], null]);
    assert.match(problems[0] ?? "", /^f: Task "t1": type must be "tcp"/);
  });

  const URLS: readonly (readonly [what: string, raw: object, isIgnored: boolean])[] = [
    ["a web page's URL", { name: "t1", url: "https://a.example" }, true],
    ["no URL", { name: "t1", host: "a.example" }, true],
    ["a URL that is no text", { name: "t1", url: 5 }, true],
    ["a list of tcp URLs as its URL", { name: "t1", url: ["tcp://a.example:22"] }, true],
    ["a tcp URL", { name: "t1", url: "tcp://a.example:22", schedule_seconds: 60 }, false],
    [
      "a TCP URL in capitals",
      { name: "t1", url: "TCP://a.example:22", schedule_seconds: 60 },
      false,
    ],
    ["a URL that has tcp: inside", { name: "t1", url: "https://a.example/tcp:1" }, true],
    ["the type tcp", { ...TCP, type: "tcp" }, false],
  ];
  for (const [what, raw, isIgnored] of URLS) {
    it(`${isIgnored ? "ignores" : "reads"} an entry of urls with ${what}`, () => {
      const { notices } = read(raw, "urls");
      const text = 'f: Task "t1": type "http" is not supported yet, skipped';
      assert.deepEqual(notices, isIgnored ? [text] : []);
    });
  }

  it("reads an entry without a type as tcp in every other list", () => {
    for (const list of ["tasks", "task", "tcp", "Items"] as const) {
      assert.deepEqual(read(TCP, list), GOOD);
    }
  });

  it("reads fields beside params and in it as one task", () => {
    const { host, ...rest } = TCP;
    assert.deepEqual(read({ ...rest, params: { host } }, "task"), GOOD);
    assert.equal(read({ ...rest, params: { host, type: "ping" } }, "task").notices.length, 1);
  });

  it("refuses a field that stands beside params and in it", () => {
    const { problems, host } = read({ ...TCP, params: { host: "b.example:1" } });
    assert.deepEqual(problems, ['f: Task "t1": host stands twice, beside params and in it']);
    assert.equal(host, null);
  });

  it("names an entry without a usable name by its position", () => {
    const { name, problems } = read({ host: "a.example:22", schedule_seconds: 60 });
    assert.equal(name, null);
    assert.deepEqual(problems, ["f: Task #3: name is required"]);
    assert.deepEqual(read({ type: "ping" }).notices, [
      'f: Task #3: type "ping" is not supported yet, skipped',
    ]);
  });

  for (const raw of [null, "text", 5, [TCP]]) {
    it(`refuses ${JSON.stringify(raw)}, which is no table`, () => {
      const { name, problems, notices } = read(raw, "urls");
      assert.deepEqual([name, problems.length, notices], [null, 1, []]);
      assert.match(problems[0] ?? "", /entry must be a table of fields/);
    });
  }

  it("takes the schedule and the regions of its context", () => {
    const { name, host } = TCP;
    assert.deepEqual(read({ name, host }, "task", { defaultScheduleSeconds: 60 }), GOOD);
    const { problems } = read({ ...TCP, regions: ["mars"] }, "tasks", { knownRegions: ["eu"] });
    assert.deepEqual(problems, ['f: Task "t1": regions[0] must be "eu", is "mars"']);
  });
});

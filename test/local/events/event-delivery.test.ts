import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { diskReason } from "../../../local/disk/disk-report.ts";
import { EventDelivery } from "../../../local/events/event-delivery.ts";
import { defaultRules, type EventTarget, parseRules } from "../../../local/events/event-rules.ts";
import type { EventEnvelope } from "../../../local/events/put-events.ts";
import type { NotifyTarget } from "../../../local/notify/message/service.ts";
import { DETAIL_TYPES } from "../../../shared/contract.ts";

function eventOf(detailType: string, id = "e1"): EventEnvelope {
  return {
    version: "0",
    id,
    "detail-type": detailType,
    source: "synfleet",
    account: "000000000000",
    time: "2026-11-20T12:01:00Z",
    region: "eu-west-1",
    resources: [],
    detail: { state: "CRITICAL" },
  };
}

const ALERT = eventOf(DETAIL_TYPES.stateChange);

/** The shown events, the warnings, and what is said of the disk. */
function recorder() {
  const shown: EventEnvelope[] = [];
  const warned: string[] = [];
  const disk: string[] = [];
  const notified: string[] = [];
  return {
    shown,
    warned,
    said: disk,
    disk: {
      failed: (what: string, error: unknown) => void disk.push(`${what}: ${diskReason(error)}`),
      worked: () => void disk.push("worked"),
    },
    show: (event: EventEnvelope) => void shown.push(event),
    warn: (sentence: string) => void warned.push(sentence),
    notify: async (event: EventEnvelope, targets: readonly NotifyTarget[]) => {
      for (const { name } of targets) notified.push(`${name} ${event.id}`);
    },
    notified,
  };
}

const all = (...targets: readonly EventTarget[]) => [{ name: "all", matches: () => true, targets }];

describe("EventDelivery", () => {
  let dir = "";
  before(() => {
    dir = mkdtempSync(join(tmpdir(), "synfleet-"));
  });
  after(() => rmSync(dir, { recursive: true }));

  test("by default keeps what is held, and shows it to nobody", async () => {
    const file = join(dir, "held", "alerts.jsonl");
    const record = recorder();
    const delivery = new EventDelivery(defaultRules(file), record);
    const held = { ...ALERT, id: "held", detail: { ...ALERT.detail, suppressed_by: "silence" } };
    for (const event of [ALERT, held]) void delivery.deliver(event);
    await delivery.settled();
    assert.deepEqual(record.shown, [ALERT]);
    assert.equal(readFileSync(file, "utf8").trimEnd().split("\n").length, 2);
  });

  test("by default shows and keeps everything but heartbeats", async () => {
    const file = join(dir, "new", "alerts.jsonl");
    const record = recorder();
    const delivery = new EventDelivery(defaultRules(file), record);
    const others = [
      ALERT,
      eventOf(DETAIL_TYPES.regionAdvisory),
      eventOf(DETAIL_TYPES.taskRejected),
    ];
    for (const event of others) void delivery.deliver(event);
    void delivery.deliver(eventOf(DETAIL_TYPES.heartbeat));
    void delivery.deliver({ ...ALERT, source: "other" });
    await delivery.settled();
    assert.deepEqual(record.shown, others);
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      others,
    );
  });

  test("sends an event once to a target that two rules name", async () => {
    const record = recorder();
    const rules = [...all({ type: "terminal" }), ...all({ type: "terminal" })];
    await new EventDelivery(rules, record).deliver(ALERT);
    assert.equal(record.shown.length, 1);
  });

  test("gives a service an event once, and what is held to webhooks only", async () => {
    const record = recorder();
    const pattern = { source: ["synfleet"] };
    const hook = { type: "webhook", url: "https://example.com/x" };
    const chat = { type: "slack", name: "chat", url: "https://example.com/y" };
    const rules = ["a", "b"].map((name) => ({ name, pattern, targets: [hook, chat] }));
    const parsed = parseRules(JSON.stringify(rules), {});
    assert.deepEqual(parsed.problems, []);
    const delivery = new EventDelivery(parsed.rules, record);
    await delivery.deliver(ALERT);
    const detail = { ...ALERT.detail, suppressed_by: "silence" };
    await delivery.deliver({ ...ALERT, id: "e2", detail });
    assert.deepEqual(record.notified, ["a webhook e1", "chat e1", "a webhook e2"]);
  });

  test("resolves once the event is in its file", async () => {
    const path = join(dir, "safe.jsonl");
    await new EventDelivery(all({ type: "file", path }), recorder()).deliver(ALERT);
    assert.equal(readFileSync(path, "utf8"), `${JSON.stringify(ALERT)}\n`);
  });

  test("writes no event twice into a file, not even after a restart", async () => {
    const path = join(dir, "once.jsonl");
    const again = { ...ALERT, id: "e2", detail: { id: "same", state: "CRITICAL" } };
    for (let restart = 0; restart < 2; restart++) {
      const delivery = new EventDelivery(all({ type: "file", path }), recorder());
      await Promise.all([delivery.deliver(again), delivery.deliver({ ...again, id: "e3" })]);
    }
    assert.equal(readFileSync(path, "utf8"), `${JSON.stringify(again)}\n`);
  });

  test("begins a new line after an incomplete one", async () => {
    const path = join(dir, "torn.jsonl");
    writeFileSync(path, '{"id":"ha');
    const delivery = new EventDelivery(all({ type: "file", path }), recorder());
    void delivery.deliver(ALERT);
    await delivery.settled();
    assert.deepEqual(readFileSync(path, "utf8").split("\n"), [
      '{"id":"ha',
      JSON.stringify(ALERT),
      "",
    ]);
  });

  test("keeps the events of a file that can't be written until it can be, and still delivers to the others", async () => {
    const record = recorder();
    const path = join(dir, "blocked.jsonl");
    const targets: EventTarget[] = [{ type: "file", path }, { type: "terminal" }];
    const delivery = new EventDelivery(all(...targets), record);
    mkdirSync(path);
    await delivery.deliver({ ...ALERT, detail: { id: "1" } });
    await delivery.deliver({ ...ALERT, detail: { id: "2" } });
    const failed = `The events file ${path}: illegal operation on a directory`;
    assert.deepEqual(new Set(record.said), new Set([failed]));
    assert.equal(record.shown.length, 2);
    rmdirSync(path);
    await delivery.deliver({ ...ALERT, detail: { id: "1" } });
    assert.equal(record.said.at(-1), "worked");
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).detail.id),
      ["1", "2"],
    );
  });

  test("writes what waits for the disk as soon as that takes it", async () => {
    const record = recorder();
    const path = join(dir, "later.jsonl");
    const delivery = new EventDelivery(defaultRules(path), record);
    mkdirSync(path);
    await delivery.deliver(ALERT);
    rmdirSync(path);
    const giveUpAtMs = performance.now() + 10_000;
    while (!existsSync(path) && performance.now() < giveUpAtMs) await sleep(20);
    await delivery.settled();
    assert.equal(readFileSync(path, "utf8"), `${JSON.stringify(ALERT)}\n`);
  });

  test("keeps files that nobody else can read", async () => {
    const path = join(dir, "private.jsonl");
    await new EventDelivery(all({ type: "file", path }), recorder()).deliver(ALERT);
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });
});

describe("parseRules", () => {
  test("gives rules that match by their patterns", () => {
    const targets = [{ type: "terminal" }, { type: "file", path: "x" }];
    const pattern = { detail: { state: ["CRITICAL"] } };
    const { rules, problems } = parseRules(JSON.stringify([{ name: "r", pattern, targets }]), {});
    assert.deepEqual(problems, []);
    assert.deepEqual(rules[0]?.targets, targets);
    assert.equal(rules[0]?.matches(ALERT), true);
    assert.equal(rules[0]?.matches({ ...ALERT, detail: { state: "OK" } }), false);
  });

  const TARGET =
    'a target must be {"type":"terminal"}, {"type":"file","path"}, {"type":"webhook","url"} or of another service';
  const BAD: readonly (readonly [string, readonly string[]])[] = [
    ["{}", ["must be a JSON list of rules"]],
    ["[", ["must be a JSON list of rules"]],
    [
      "[1]",
      [
        "rule 1: name must be a text that is not empty",
        "rule 1: targets must be a list that is not empty",
        "rule 1: pattern: a pattern must be an object with at least one field",
      ],
    ],
    [
      '[{"name":"a","pattern":{"a":[{"like":1}]},"targets":[{"type":"terminal"}],"target":1}]',
      ['rule 1: unknown field "target"', 'rule 1: pattern: a: unknown operator "like"'],
    ],
    [
      '[{"name":"a","pattern":{"a":[1]},"targets":[{"type":"webhook","url":"ftp://x"},{"type":"file"}]}]',
      [
        'rule 1: Target "a webhook": url must be an http or https URL without a user and a password, is "(not shown)"',
        `rule 1: ${TARGET}`,
      ],
    ],
    [
      '[{"name":"a","pattern":{"a":[1]},"targets":[{"type":"slak","name":"ops"}]}]',
      [
        'rule 1: Target "ops": type must be one of terminal, file, slack, discord, teams, pagerduty, opsgenie, ntfy, telegram, email, webhook (did you mean "slack"?), is "slak"',
      ],
    ],
    [
      '[{"name":"a","pattern":{"a":[1]},"targets":[{"type":"webhook","url":"http://me:pw@x/"}]}]',
      [
        'rule 1: Target "a webhook": url must be an http or https URL without a user and a password, is "(not shown)"',
      ],
    ],
  ];
  for (const [json, problems] of BAD) {
    test(`lists every problem of ${json}`, () => {
      assert.deepEqual(parseRules(json, {}).problems, problems);
    });
  }
});

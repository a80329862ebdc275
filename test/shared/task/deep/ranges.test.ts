import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTask, type Task } from "../../../../shared/task/task.ts";
import { readTaskFile } from "../../../../shared/task-file/task-file.ts";

const LEAST = { name: "t", host: "example.com:443", schedule_seconds: 7_200, timeout_seconds: 60 };
const STRICT = { mode: "strict", client_certificate: "ssm:c", client_key: "ssm:k" };

const steps = (count: number) => Array.from({ length: count }, () => ({ expect: "a" }));
const send = (text: string) => ({ dialogue: [{ send: text }] });
const named = (count: number) => Array.from({ length: count }, (_, i) => `(?P<l${i}>a)`).join("");

/** Both ends of every range, and every word. */
const WITHIN: readonly object[] = [
  { tls: { alpn: ["a"] } },
  { tls: { alpn: ["a".repeat(255)] } },
  { tls: { alpn: Array.from({ length: 16 }, (_, i) => `p${i}`) } },
  { tls: { ciphers: "A".repeat(1_000) } },
  { tls: { expires_warning_days: 1, expires_critical_days: 0 } },
  { tls: { expires_warning_days: 3_650, expires_critical_days: 3_649 } },
  { tls: { min_version: "1.2", max_version: "1.2" } },
  { tls: { server_name: "::1" } },
  { tls: { ca: `secretsmanager:${"a".repeat(512)}` } },
  { tls: { ca: `ssm:${"a".repeat(1_011)}` } },
  { tls: { ca: `file:${"a".repeat(1_000)}` } },
  { tls: STRICT },
  { dialogue: steps(50) },
  send("a".repeat(4_096)),
  send("ä".repeat(2_048)),
  send("\\x41".repeat(4_096)),
  { dialogue: [{ send_hex: "00".repeat(4_096) }] },
  { dialogue: [{ expect: "a".repeat(1_000) }] },
  { dialogue: [{ expect: named(16) }] },
  { greeting: "ssh", reconnect_on: "a".repeat(256), max_reconnects: 1 },
  { greeting: "ssh", reconnect_on: { hex: "00".repeat(256) }, max_reconnects: 10 },
  { hold_seconds: 1, keepalive: { tcp: true, every_seconds: 1 } },
  { hold_seconds: 3_600, keepalive: { tcp: true, every_seconds: 3_600 } },
  { schedule_seconds: 61, hold_seconds: 61 },
  { retry: { max_attempts: 10, multiplier: 1, jitter: 0, initial_backoff_ms: 1 } },
  { retry: { max_attempts: 2, multiplier: 10, jitter: 1, max_backoff_ms: 60_000 } },
  { retry: { max_attempts: 2, initial_backoff_ms: 30_000 } },
  { rate_limit: { bucket_size: 1, refill_rate: 0.01 } },
  { rate_limit: { bucket_size: 10_000, refill_rate: 10_000 } },
  { address_mode: "each", addresses_required: 1 },
  { address_mode: "each", addresses_required: 16 },
  { connect_timeout_seconds: 0.1, tls_timeout_seconds: 60, read_timeout_seconds: 60 },
  { expect: "closed", retry: { max_attempts: 2 }, rate_limit: "disabled", tls: false },
  { expect: "closed", connect_timeout_seconds: 1, address_mode: "first" },
];

/** One step beyond each of them, with the field that is named. */
const BEYOND: readonly (readonly [fields: object, field: string])[] = [
  [{ tls: { alpn: [""] } }, "tls.alpn"],
  [{ tls: { alpn: ["a".repeat(256)] } }, "tls.alpn"],
  [{ tls: { alpn: ["ä".repeat(128)] } }, "tls.alpn"],
  [{ tls: { alpn: Array.from({ length: 17 }, (_, i) => `p${i}`) } }, "tls.alpn"],
  [{ tls: { ciphers: "A".repeat(1_001) } }, "tls.ciphers"],
  [{ tls: { expires_warning_days: 3_651 } }, "tls.expires_warning_days"],
  [{ tls: { expires_critical_days: 3_651 } }, "tls.expires_critical_days"],
  [{ tls: { ca: `secretsmanager:${"a".repeat(513)}` } }, "tls.ca"],
  [{ tls: { ca: `ssm:${"a".repeat(1_012)}` } }, "tls.ca"],
  [{ tls: { ca: `file:${"a".repeat(1_001)}` } }, "tls.ca"],
  [{ tls: { client_certificate: "ssm:a b" } }, "tls.client_certificate"],
  [{ dialogue: steps(51) }, "dialogue"],
  [send("a".repeat(4_097)), "dialogue[0].send"],
  [send("ä".repeat(2_049)), "dialogue[0].send"],
  [send("\\x41".repeat(4_097)), "dialogue[0].send"],
  [send("\ud800"), "dialogue[0].send"],
  [{ dialogue: [{ send_hex: "00".repeat(4_097) }] }, "dialogue[0].send_hex"],
  [{ dialogue: [{ send_hex: "" }] }, "dialogue[0].send_hex"],
  [{ dialogue: [{ expect: "a".repeat(1_001) }] }, "dialogue[0].expect"],
  [{ dialogue: [{ expect: named(17) }] }, "dialogue[0].expect"],
  [{ greeting: "ssh", reconnect_on: "a".repeat(257) }, "reconnect_on"],
  [{ greeting: "ssh", reconnect_on: "a", max_reconnects: 0 }, "max_reconnects"],
  [{ hold_seconds: 0 }, "hold_seconds"],
  [{ hold_seconds: 3_601 }, "hold_seconds"],
  [{ schedule_seconds: 61, timeout_seconds: 5, hold_seconds: 62 }, "hold_seconds"],
  [{ hold_seconds: 1, keepalive: { tcp: false } }, "keepalive"],
  [{ hold_seconds: 1, keepalive: "udp" }, "keepalive"],
  [{ retry: { max_attempts: 0 } }, "retry.max_attempts"],
  [{ retry: { max_attempts: 2, max_backoff_ms: 60_001 } }, "retry.max_backoff_ms"],
  [{ retry: { max_attempts: 2, initial_backoff_ms: 30_001 } }, "retry.initial_backoff_ms"],
  [{ retry: { max_attempts: 2, multiplier: 10.1 } }, "retry.multiplier"],
  [{ retry: { max_attempts: 2, jitter: 1.01 } }, "retry.jitter"],
  [{ retry: { max_attempts: 2, jitter: "0.1" } }, "retry.jitter"],
  [{ rate_limit: { bucket_size: 10_001, refill_rate: 1 } }, "rate_limit.bucket_size"],
  [{ rate_limit: { bucket_size: 1, refill_rate: 0.009 } }, "rate_limit.refill_rate"],
  [{ address_mode: "each", addresses_required: 0 }, "addresses_required"],
  [{ address_mode: "each", addresses_required: 1.5 }, "addresses_required"],
  [{ read_timeout_seconds: 60.1 }, "read_timeout_seconds"],
  [{ read_timeout_seconds: Number.NaN }, "read_timeout_seconds"],
];

const shown = (fields: object) => JSON.stringify(fields).slice(0, 70);

for (const fields of WITHIN)
  test(`parseTask takes ${shown(fields)}`, () => {
    assert.deepEqual(parseTask({ ...LEAST, ...fields }).problems, undefined);
  });

for (const [fields, field] of BEYOND)
  test(`parseTask refuses ${shown(fields)} because of ${field} alone`, () => {
    const { problems } = parseTask({ ...LEAST, ...fields });
    const [first, ...more] = problems ?? [];
    assert.equal(first?.field, field);
    assert.deepEqual(
      more.filter(({ rule }) => !rule.includes("is required by")),
      [],
    );
  });

const READ: readonly (readonly [fields: object, read: (task: Task) => unknown, value: unknown])[] =
  [
    [{ hold_seconds: 20 }, (task) => task.hold, { holdMs: 20_000 }],
    [
      { hold_seconds: 20, keepalive: { send: "a\\n", expect: "b" } },
      (task) => task.hold?.keepalive,
      {
        everyMs: 30_000,
        steps: [
          { kind: "send", text: "a\n" },
          { kind: "expect", pattern: "b" },
        ],
      },
    ],
    [{ connect_timeout_seconds: 0.25 }, (task) => task.phaseTimeouts, { connectMs: 250 }],
    [
      { retry: { max_attempts: 4 } },
      (task) => task.retry,
      { maxAttempts: 4, initialBackoffMs: 100, multiplier: 2, maxBackoffMs: 30_000, jitter: 0.1 },
    ],
    [
      { greeting: "redis", reconnect_on: "-MOVED" },
      (task) => task.dialogue,
      { steps: [], reconnectOnHex: "2d4d4f564544", maxReconnects: 3 },
    ],
    [
      { dialogue: [{ expect: "^(?P<v>\\d)", phase: "version" }, { send: "\x24{v}" }] },
      (task) => task.dialogue,
      {
        steps: [
          { phase: "version", kind: "expect", pattern: "^(?P<v>\\d)" },
          { kind: "send", text: "\x24{v}" },
        ],
      },
    ],
    [
      { tls: true, retry: { max_attempts: 2 }, address_mode: "any" },
      (task) => task.needs,
      ["address_mode", "retry", "tls"],
    ],
    [{ tls: { mode: "none" }, rate_limit: "disabled" }, (task) => task.needs, ["rate_limit"]],
  ];

for (const [fields, read, value] of READ)
  test(`parseTask reads ${shown(fields)}`, () => {
    const { task } = parseTask({ ...LEAST, ...fields });
    assert.ok(task);
    assert.deepEqual(read(task), value);
  });

test("readTaskFile takes an escape of TOML and one of ours for the same", () => {
  const head = '[[tasks]]\nname = "t"\nhost = "a.example:25"\nschedule_seconds = 60\n';
  const textOf = (send: string) =>
    readTaskFile("a.toml", `${head}dialogue = [{ send = ${send} }]\n`).tasks[0]?.dialogue?.steps;
  const said = [{ kind: "send", text: "EHLO me\r\n" }];
  assert.deepEqual(textOf("'EHLO me\\r\\n'"), said);
  assert.deepEqual(textOf('"EHLO me\\r\\n"'), said);
  assert.deepEqual(textOf('"EHLO me\\\\r\\\\n"'), said);
});

import { strict as assert } from "node:assert";
import { test } from "node:test";
import { toRawMetric } from "../../../shared/result/raw-metric.ts";
import { aFailure, aResult, aTask } from "../../fakes/results.ts";

const TASK = aTask("SSH", { host: "ssh.example.com:22", targetId: "ssh-prod" });
const SLOT_MS = Date.UTC(2026, 0, 1, 12, 0, 7, 250);

test("toRawMetric gives a check as its record, in the TCP task's names", () => {
  assert.deepEqual(toRawMetric("eu-west-1", TASK, aResult({ slotAtMs: SLOT_MS })), {
    id: "0b76bacafe1574e5b8c749cc08fcf3a6",
    task_name: "SSH",
    timestamp: SLOT_MS / 1_000 - 0.25,
    connect_time_ms: 12.345,
    success: true,
    error: null,
    host: "ssh.example.com:22",
    target_id: "ssh-prod",
    region: "eu-west-1",
    error_kind: null,
    error_code: null,
    icmp_error: false,
    closed_by_peer: false,
    address: "192.0.2.1",
    dns_time_ms: 1.5,
    scheduled_at: "2026-01-01T12:00:07.250Z",
    started_at: "2026-01-01T12:00:07.252Z",
    elapsed_ms: 12.6,
    timing: "kernel",
    syn_retransmits: 0,
    suspect: false,
    recheck: false,
    failed_phase: null,
    tls_time_ms: null,
    dialogue_time_ms: null,
    held_ms: null,
    attempts: 1,
    reconnects: 0,
    bytes_sent: 0,
    bytes_received: 0,
    messages_sent: 0,
    messages_received: 0,
    detail: null,
  });
});

const JUDGED: [string, Parameters<typeof aResult>[0], object][] = [
  [
    "a refused port as failed, without time",
    { outcome: "refused", connectTimeMs: null },
    {
      success: false,
      connect_time_ms: null,
      error: "Connection refused",
      error_kind: "refused",
    },
  ],
  [
    "a refused port that should be closed as passed, and says how",
    { outcome: "refused", expect: "closed", connectTimeMs: null },
    { success: true, connect_time_ms: null, error: null, error_kind: "refused" },
  ],
  [
    "an open port that should be closed as failed, without time",
    { expect: "closed" },
    {
      success: false,
      connect_time_ms: null,
      error: "Connection succeeded, expected closed",
      error_kind: "unexpected_open",
    },
  ],
  [
    "our own fault as no success, under its name",
    { outcome: "internal", connectTimeMs: null },
    { success: false, connect_time_ms: null, error: "Probe error", error_kind: "internal" },
  ],
  [
    "our own fault with the system's code",
    { outcome: "internal", errorCode: "EMFILE", connectTimeMs: null },
    { success: false, error: "Probe error: EMFILE", error_kind: "internal", error_code: "EMFILE" },
  ],
  [
    "a port that is closed by a firewall's answer as passed, and says how",
    { outcome: "unreachable", expect: "closed", errorCode: "EHOSTUNREACH", icmpError: true },
    { success: true, error: null, error_kind: "unreachable", error_code: "EHOSTUNREACH" },
  ],
  [
    "that ICMP answered",
    { outcome: "unreachable", errorCode: "EACCES", icmpError: true },
    { success: false, error: "Network unreachable", icmp_error: true },
  ],
  [
    "an open port whose peer reset the connection as passed, and says so",
    { closedByPeer: true },
    { success: true, error_kind: null, connect_time_ms: 12.345, closed_by_peer: true },
  ],
  ["a recheck, and says so", { recheck: true }, { success: true, recheck: true }],
  [
    "our own fault without time, whatever time it has",
    { outcome: "internal", connectTimeMs: 480 },
    { success: false, connect_time_ms: null },
  ],
  [
    "a name without addresses with its own sentence",
    { outcome: "dns_not_found", connectTimeMs: null, address: null },
    { error: "Failed to parse host: no addresses found", address: null },
  ],
];

for (const [what, result, expected] of JUDGED) {
  test(`toRawMetric shows ${what}`, () => {
    const record: object = toRawMetric("eu-west-1", TASK, aResult(result));
    assert.deepEqual({ ...record, ...expected }, record);
  });
}

test("toRawMetric gives each slot, region and task another id, and the same again", () => {
  const result = aFailure({ slotAtMs: SLOT_MS });
  const { id } = toRawMetric("eu-west-1", TASK, result);
  assert.equal(
    toRawMetric("eu-west-1", { ...TASK, host: "b:1" }, aResult({ slotAtMs: SLOT_MS })).id,
    id,
  );
  const others = [
    toRawMetric("us-east-1", TASK, result),
    toRawMetric("eu-west-1", { ...TASK, name: "ssh" }, result),
    toRawMetric("eu-west-1", TASK, aFailure({ slotAtMs: SLOT_MS + 1 })),
    toRawMetric("eu-west-1", TASK, aFailure({ slotAtMs: SLOT_MS, recheck: true })),
  ];
  assert.equal(new Set([id, ...others.map((other) => other.id)]).size, 5);
});

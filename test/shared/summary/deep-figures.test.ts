import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { failuresByPhase } from "../../../shared/summary/failed-phases.ts";
import {
  type DeepNote,
  type Figures,
  figuresOf,
  type JudgedCheck,
} from "../../../shared/summary/summary.ts";

const QUIET: DeepNote = {
  tlsTimeMs: null,
  dialogueTimeMs: null,
  isRetried: false,
  sentBytes: 0,
  receivedBytes: 0,
  sentMessages: 0,
  receivedMessages: 0,
};

/** A check that passed, or failed by a kind. */
function aCheck(errorKind: JudgedCheck["errorKind"], noted: Partial<DeepNote>): JudgedCheck {
  return {
    slotAtMs: 0,
    verdict: errorKind === null ? "passed" : "failed",
    errorKind,
    connectTimeMs: errorKind === null ? 10 : null,
    synRetransmits: 0,
    deep: { ...QUIET, ...noted },
  };
}

function figures(...checks: readonly JudgedCheck[]): Figures {
  return figuresOf({ expectedCount: checks.length }, checks);
}

describe("figuresOf", () => {
  it("adds times of the checks that passed, and bytes and messages of all", () => {
    const { deep } = figures(
      aCheck(null, { tlsTimeMs: 10.001, dialogueTimeMs: 3, sentBytes: 10, receivedMessages: 1 }),
      aCheck(null, { tlsTimeMs: 20.002, isRetried: true, sentBytes: 5 }),
      aCheck("no_answer", { tlsTimeMs: 99, sentBytes: 7, isRetried: true }),
    );
    assert.equal(deep?.tlsCount, 2);
    assert.equal(deep.tlsSumMs, 30.003);
    assert.equal(deep.dialogueCount, 1);
    assert.equal(deep.dialogueSumMs, 3);
    assert.equal(deep.recoveredCount, 1);
    assert.equal(deep.sentBytes, 22);
    assert.equal(deep.receivedMessages, 1);
  });

  it("keeps the earliest end of the certificates, and all addresses in order", () => {
    const until = (untilMs: number) => ({ id: "0123456789abcdef", fromMs: 0, untilMs });
    const { deep } = figures(
      aCheck(null, { certificate: until(9), appeared: ["b", "c"] }),
      aCheck("tls_expired", { certificate: until(5), appeared: ["a", "b"], left: ["z"] }),
    );
    assert.equal(deep?.certificateUntilMs, 5);
    assert.deepEqual(deep.appeared, ["a", "b", "c"]);
    assert.deepEqual(deep.left, ["z"]);
  });

  it("has nothing of checks that noticed nothing", () => {
    assert.ok(!("deep" in figures(aCheck(null, {}), aCheck("refused", {}))));
    assert.ok(!("deep" in figures(aCheck("refused", { failedPhase: "connect" }))));
  });
});

describe("failuresByPhase", () => {
  const table: readonly (readonly [JudgedCheck[], object])[] = [
    [[], {}],
    [[aCheck("refused", {}), aCheck("dns_timeout", {})], { connect: 1, resolve: 1 }],
    [[aCheck("no_answer", {})], { dialogue: 1 }],
    [
      [aCheck("no_answer", { failedPhase: "greeting" }), aCheck("no_answer", {})],
      { greeting: 1, dialogue: 1 },
    ],
    [[aCheck("closed_early", { failedPhase: "tls" }), aCheck("tls_expired", {})], { tls: 2 }],
    [[aCheck(null, { failedPhase: "tls" })], {}],
    [[{ ...aCheck("internal", { failedPhase: "tls" }), verdict: "uncounted" }], {}],
  ];
  for (const [checks, expected] of table) {
    it(`of ${checks.map(({ errorKind, deep }) => `${errorKind} ${deep?.failedPhase}`).join(", ")}`, () =>
      assert.deepEqual(failuresByPhase(figures(...checks)), expected));
  }
});

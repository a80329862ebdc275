import { strict as assert } from "node:assert";
import { test } from "node:test";
import {
  ERROR_KINDS,
  type ErrorKind,
  errorKindOf,
  isCounted,
  isOutcome,
  judgeResult,
  type Outcome,
  phraseOfKind,
  sentenceOfKind,
  type Verdict,
} from "../../../shared/result/error-kinds.ts";

/** By position: stored chunks and summaries name a kind by it, so no line ever moves. */
const KINDS: readonly (readonly [kind: ErrorKind, sentence: string, phrase: string])[] = [
  ["refused", "Connection refused", "refused"],
  ["timeout", "Connection timeout", "timed out"],
  ["dns_not_found", "Failed to parse host: no addresses found", "not found in DNS"],
  ["dns_timeout", "Failed to parse host: DNS timeout", "DNS timed out"],
  ["dns_failed", "Failed to parse host: DNS resolution failure", "DNS failed"],
  ["unreachable", "Network unreachable", "unreachable"],
  ["reset", "Connection reset", "reset"],
  ["blocked", "Address not allowed", "not allowed"],
  ["unsupported", "Not supported from this region", "not supported"],
  ["internal", "Probe error", "not checked"],
  ["unexpected_open", "Connection succeeded, expected closed", "open, expected closed"],
];

test("ERROR_KINDS keeps every kind at its position", () => {
  assert.deepEqual(
    ERROR_KINDS,
    KINDS.map(([kind]) => kind),
  );
});

for (const [kind, sentence, phrase] of KINDS) {
  test(`sentenceOfKind and phraseOfKind say of ${kind}: ${sentence}; ${phrase}`, () => {
    assert.equal(sentenceOfKind(kind), sentence);
    assert.equal(phraseOfKind(kind), phrase);
  });
}

test("sentenceOfKind names the system's code of an internal error, and of no other kind", () => {
  assert.equal(sentenceOfKind("internal", "EMFILE"), "Probe error: EMFILE");
  for (const [kind, sentence] of KINDS.filter(([one]) => one !== "internal"))
    assert.equal(sentenceOfKind(kind, "EMFILE"), sentence);
});

test("isCounted leaves out what the probe itself could not do, and nothing else", () => {
  const uncounted = ERROR_KINDS.filter((kind) => !isCounted(kind));
  assert.deepEqual(uncounted, ["unsupported", "internal"]);
});

type Judged = readonly [verdict: Verdict, kind: ErrorKind | null];

const JUDGED: Readonly<Record<Outcome, { readonly open: Judged; readonly closed: Judged }>> = {
  open: { open: ["passed", null], closed: ["failed", "unexpected_open"] },
  refused: { open: ["failed", "refused"], closed: ["passed", "refused"] },
  timeout: { open: ["failed", "timeout"], closed: ["passed", "timeout"] },
  dns_not_found: { open: ["failed", "dns_not_found"], closed: ["failed", "dns_not_found"] },
  dns_timeout: { open: ["failed", "dns_timeout"], closed: ["failed", "dns_timeout"] },
  dns_failed: { open: ["failed", "dns_failed"], closed: ["failed", "dns_failed"] },
  unreachable: { open: ["failed", "unreachable"], closed: ["failed", "unreachable"] },
  reset: { open: ["failed", "reset"], closed: ["failed", "reset"] },
  blocked: { open: ["failed", "blocked"], closed: ["failed", "blocked"] },
  unsupported: { open: ["uncounted", "unsupported"], closed: ["uncounted", "unsupported"] },
  internal: { open: ["uncounted", "internal"], closed: ["uncounted", "internal"] },
};

for (const [outcome, judged] of Object.entries(JUDGED) as [Outcome, (typeof JUDGED)[Outcome]][]) {
  for (const expect of ["open", "closed"] as const) {
    const [verdict, kind] = judged[expect];
    test(`judgeResult and errorKindOf take ${outcome}, expected ${expect}, for ${verdict}, ${kind}`, () => {
      assert.equal(judgeResult({ outcome, expect, icmpError: false }), verdict);
      assert.equal(errorKindOf(outcome, expect), kind);
    });

    const passesByIcmp = outcome === "unreachable" && expect === "closed";
    const byIcmp = passesByIcmp ? "passed" : verdict;
    test(`judgeResult takes ${outcome} by ICMP, expected ${expect}, for ${byIcmp}`, () =>
      assert.equal(judgeResult({ outcome, expect, icmpError: true }), byIcmp));
  }
}

test("isOutcome takes every outcome and nothing else", () => {
  assert.ok(Object.keys(JUDGED).every(isOutcome));
  for (const value of ["unexpected_open", "opened", "", undefined, null, 0, {}])
    assert.equal(isOutcome(value), false, String(value));
});

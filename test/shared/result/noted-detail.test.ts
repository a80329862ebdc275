import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { noteOf, type ResultDetail } from "../../../shared/result/result.ts";

const NOTE = { id: "0123456789abcdef", fromMs: 0, untilMs: 86_400_000 };
const LINK = {
  subject: "CN=db.example.com",
  issuer: "CN=Example CA",
  names: ["db.example.com"],
  nameCount: 1,
  serial: "01",
  fingerprint: "ab".repeat(32),
  fromMs: 0,
  untilMs: 86_400_000,
  keyType: "EC",
  keyBits: 256,
};
const FACTS = { protocol: "TLSv1.3", cipher: "AES", alpn: null, chain: [LINK], fault: null };

function noteOfAny(detail: unknown) {
  return noteOf(detail as ResultDetail);
}

describe("noteOf", () => {
  it("keeps what home makes use of", () => {
    const detail: ResultDetail = {
      failedPhase: "greeting",
      certificate: NOTE,
      certificateFacts: FACTS,
      appeared: ["192.0.2.2", "192.0.2.1"],
      left: ["2001:db8::1"],
      labels: { version: "8" },
      holdEnd: "fin",
    };
    assert.deepEqual(noteOf(detail), {
      failedPhase: "greeting",
      certificate: NOTE,
      facts: FACTS,
      appeared: ["192.0.2.1", "192.0.2.2"],
      left: ["2001:db8::1"],
    });
  });

  const odd: readonly (readonly [what: string, detail: unknown, read: object])[] = [
    ["nothing", {}, {}],
    ["a phase of a later version", { failedPhase: "quic" }, {}],
    ["a certificate that is a text", { certificate: "x" }, {}],
    ["a certificate without an end", { certificate: { ...NOTE, untilMs: undefined } }, {}],
    ["a certificate beyond any date", { certificate: { ...NOTE, untilMs: 1e300 } }, {}],
    ["a certificate of the year 10000", { certificate: { ...NOTE, untilMs: 2.6e14 } }, {}],
    ["an id that is no hex", { certificate: { ...NOTE, id: "<b>" } }, {}],
    ["facts without their certificate", { certificateFacts: FACTS }, {}],
    [
      "facts with a damaged chain",
      { certificate: NOTE, certificateFacts: { ...FACTS, chain: [LINK, 7] } },
      { certificate: NOTE },
    ],
    [
      "facts without a chain",
      { certificate: NOTE, certificateFacts: { ...FACTS, chain: [] } },
      { certificate: NOTE },
    ],
    ["addresses that are no texts", { appeared: [1, null, "", "x".repeat(65)], left: "a" }, {}],
  ];
  for (const [what, detail, read] of odd) {
    it(`reads ${what} as ${JSON.stringify(read)}`, () => assert.deepEqual(noteOfAny(detail), read));
  }

  it("cuts long texts and long lists", () => {
    const link = { ...LINK, subject: "x".repeat(9_999), names: Array(99).fill("n") };
    const chain = Array(99).fill(link);
    const addresses = Array.from({ length: 99 }, (_, i) => `192.0.2.${i}`);
    const read = noteOfAny({
      certificate: NOTE,
      certificateFacts: { ...FACTS, chain },
      appeared: addresses,
    });
    assert.equal(read.facts?.chain.length, 10);
    assert.equal(read.facts.chain[0]?.subject.length, 256);
    assert.equal(read.facts.chain[0].names.length, 20);
    assert.equal(read.appeared?.length, 16);
  });

  it("takes any JSON object", () => {
    const part = fc.jsonValue();
    const any = fc.record(
      { failedPhase: part, certificate: part, certificateFacts: part, appeared: part, left: part },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(any, (detail) => {
        assert.ok(JSON.stringify(noteOfAny(detail)).length < 100_000);
      }),
    );
  });
});

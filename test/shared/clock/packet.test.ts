import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import { PACKET_BYTES, parseAnswer, printQuestion } from "../../../shared/clock/clock.ts";
import { type SntpReply, sntpPacket, toNtp } from "../../fakes/sntp-server.ts";

const NONCE = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const QUESTION = printQuestion(NONCE);

/** The end of the first era: 7 February 2036. */
const ERA_END = Date.UTC(2036, 1, 7, 6, 28, 16);
const YEAR_MS = 365.25 * 86_400_000;

function answerOf(reply: SntpReply) {
  return parseAnswer(sntpPacket(QUESTION, reply), NONCE, Date.now());
}

test("printQuestion tells the server its version, its mode and a number, and nothing else", () => {
  assert.equal(QUESTION.length, PACKET_BYTES);
  assert.deepEqual([...QUESTION], [0x23, ...Array(39).fill(0), ...NONCE]);
});

test("parseAnswer gives the server's two instants", () => {
  const before = Date.now();
  const answer = answerOf({ offsetMs: 10_000, heldMs: 250 });
  assert.ok(answer.kind === "time");
  assert.ok(answer.answeredAtMs >= before + 9_999 && answer.answeredAtMs <= Date.now() + 10_001);
  assert.ok(Math.abs(answer.answeredAtMs - answer.arrivedAtMs - 250) < 0.01);
});

const OTHERS: readonly (readonly [what: string, reply: SntpReply, kind: string])[] = [
  ["version 3", { version: 3 }, "time"],
  ["stratum 15", { stratum: 15 }, "time"],
  ["a leap second to come", { leap: 1 }, "time"],
  ["version 2", { version: 2 }, "foreign"],
  ["version 5", { version: 5 }, "foreign"],
  ["a client's mode", { mode: 3 }, "foreign"],
  ["a broadcast's mode", { mode: 5 }, "foreign"],
  ["another question's nonce", { originate: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 9) }, "foreign"],
  ["no nonce", { originate: new Uint8Array(8) }, "foreign"],
  ["stratum 16", { stratum: 16 }, "unsynchronised"],
  ["an unknown leap", { leap: 3 }, "unsynchronised"],
  ["a source that is a second away", { rootDispersionMs: 1_000 }, "unsynchronised"],
  ["a source that is nearly a second away", { rootDispersionMs: 999 }, "time"],
  ["a way to its source of two seconds", { rootDelayMs: 2_000 }, "unsynchronised"],
  ["a way to its source of nearly two seconds", { rootDelayMs: 1_990 }, "time"],
];

for (const [what, reply, kind] of OTHERS)
  test(`parseAnswer takes a packet with ${what} as ${kind}`, () => {
    assert.equal(answerOf(reply).kind, kind);
  });

for (const code of ["RATE", "DENY", "RSTR"])
  test(`parseAnswer gives the code of a kiss: ${code}`, () => {
    assert.deepEqual(answerOf({ stratum: 0, code, leap: 3 }), { kind: "kiss", code });
  });

test("parseAnswer takes no kiss that does not repeat the nonce", () => {
  const forged = { stratum: 0, code: "DENY", originate: new Uint8Array(8) };
  assert.equal(answerOf(forged).kind, "foreign");
});

test("parseAnswer keeps of a kiss's code what can be shown", () => {
  assert.deepEqual(answerOf({ stratum: 0, code: 'R"\n7' }), { kind: "kiss", code: "R7" });
});

test("parseAnswer takes a packet without a time as unsynchronised", () => {
  for (const at of [32, 40]) {
    const packet = sntpPacket(QUESTION, {});
    packet.fill(0, at, at + 8);
    assert.equal(parseAnswer(packet, NONCE, Date.now()).kind, "unsynchronised");
  }
});

test("parseAnswer takes garbage of any length for no answer", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.equal(parseAnswer(bytes, NONCE, Date.now()).kind, "foreign");
    }),
  );
  const whole = sntpPacket(QUESTION, {});
  for (let length = 0; length < PACKET_BYTES; length++)
    assert.equal(parseAnswer(whole.subarray(0, length), NONCE, Date.now()).kind, "foreign");
  const longer = Buffer.concat([whole, Buffer.alloc(20)]);
  assert.equal(parseAnswer(longer, NONCE, Date.now()).kind, "time");
});

test("parseAnswer finds the era that is nearest to our clock, before and after 2036", () => {
  const instant = fc.integer({ min: Date.UTC(1975, 0), max: Date.UTC(2130, 0) });
  const apart = fc.integer({ min: -67 * YEAR_MS, max: 67 * YEAR_MS });
  const cases = fc.tuple(
    fc.oneof(instant, fc.integer({ min: ERA_END - 2, max: ERA_END + 2 })),
    apart,
  );
  fc.assert(
    fc.property(cases, ([atMs, apartMs]) => {
      const packet = sntpPacket(QUESTION, {});
      packet.writeBigUInt64BE(toNtp(atMs) || 1n, 32);
      packet.writeBigUInt64BE(toNtp(atMs) || 1n, 40);
      const answer = parseAnswer(packet, NONCE, atMs + apartMs);
      assert.ok(answer.kind === "time");
      assert.ok(Math.abs(answer.arrivedAtMs - atMs) < 0.01);
      assert.ok(Math.abs(answer.answeredAtMs - atMs) < 0.01);
    }),
  );
});

import { strict as assert } from "node:assert";
import { test } from "node:test";
import { decodeChunk, encodeChunk } from "../../../shared/chunk/codec.ts";
import { COLUMNS } from "../../../shared/chunk/columns.ts";
import type { ClockReading } from "../../../shared/clock/clock.ts";
import { columnsOf, sealColumns } from "../../fakes/later-chunk.ts";
import { aChunk, QUIET_NOTES } from "../../fakes/results.ts";

function readingOf(offsetMs: number): ClockReading {
  const figures = { offsetMs, stabilityMs: 0.0004, jitterMs: 1.0006, roundTripMs: 20.5 };
  return { askedCount: 6, answeredCount: 4, figures };
}

function withClock(clock: ClockReading) {
  return aChunk({ notes: { ...QUIET_NOTES, clock } });
}

function offsetRead(offsetMs: number): number | undefined {
  return decodeChunk(encodeChunk(withClock(readingOf(offsetMs)))).notes.clock?.figures?.offsetMs;
}

test("encodeChunk writes what a probe knows of its clock, to the microsecond", () => {
  const read = decodeChunk(encodeChunk(withClock(readingOf(-10_000.1234)))).notes;
  const figures = { offsetMs: -10_000.123, stabilityMs: 0, jitterMs: 1.001, roundTripMs: 20.5 };
  assert.deepEqual(read, { ...QUIET_NOTES, clock: { askedCount: 6, answeredCount: 4, figures } });
});

test("encodeChunk writes that no question was answered", () => {
  const clock = { askedCount: 3, answeredCount: 0, figures: null };
  assert.deepEqual(decodeChunk(encodeChunk(withClock(clock))).notes.clock, clock);
});

test("encodeChunk writes a clock that has never been set as one that is 35 years off", () => {
  const farMs = 2 ** 50 / 1_000;
  assert.equal(offsetRead(57 * 365 * 86_400_000), farMs);
  assert.equal(offsetRead(-57 * 365 * 86_400_000), -farMs);
});

test("a reader of yesterday reads a chunk with a clock, and one of today a chunk without", () => {
  const bytes = encodeChunk(withClock(readingOf(5)));
  const columns = columnsOf(bytes);
  assert.ok(columns.delete(COLUMNS.clock));
  // All else is to the byte what it was.
  assert.deepEqual(sealColumns(columns), encodeChunk(aChunk()));
  assert.equal("clock" in decodeChunk(sealColumns(columns)).notes, false);
  assert.ok(bytes.length - encodeChunk(aChunk()).length < 24);
});

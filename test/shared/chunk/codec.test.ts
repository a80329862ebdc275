import { strict as assert } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { ChunkError } from "../../../shared/chunk/bytes.ts";
import {
  type Chunk,
  type DecodedChunk,
  decodeChunk,
  encodeChunk,
  needsBundle,
} from "../../../shared/chunk/codec.ts";
import { COLUMNS, joinColumns, splitColumns } from "../../../shared/chunk/columns.ts";
import { openPayload, sealPayload } from "../../../shared/chunk/frame.ts";
import { NumberWriter } from "../../../shared/chunk/numbers.ts";
import type { SlotPlan } from "../../../shared/chunk/planned-slots.ts";
import { NO_FIGURES, NO_MARKS, type ProbeResult } from "../../../shared/result/result.ts";
import { slotsOfTerm } from "../../../shared/slot/slot.ts";
import { arbitraryChunk } from "../../fakes/arbitrary-chunk.ts";
import { columnsOf, numbersIn, sealColumns } from "../../fakes/later-chunk.ts";
import { aChunk, aFailure, aResult } from "../../fakes/results.ts";

const GOLDEN = new URL("../../golden/chunk/", import.meta.url);

function inOrder(chunk: Chunk): Chunk {
  const results = chunk.results.toSorted(
    (a, b) => a.taskIndex - b.taskIndex || a.slotAtMs - b.slotAtMs,
  );
  return { ...chunk, results };
}

/** The chunk as it is read back, all of it understood. */
function asRead(chunk: Chunk): DecodedChunk {
  return { ...inOrder(chunk), notUnderstoodCount: 0 };
}

/** A second of checks of 50 tasks: enough to be compressed. */
function aLargeChunk(): Chunk {
  const results = Array.from({ length: 50 }, (_, taskIndex) => aResult({ taskIndex }));
  return aChunk({ results });
}

test("decodeChunk gives back any chunk, its results by task and slot", () => {
  fc.assert(
    fc.property(arbitraryChunk, (chunk) => {
      assert.deepEqual(decodeChunk(encodeChunk(chunk)), asRead(chunk));
    }),
    { numRuns: 500 },
  );
});

test("encodeChunk gives the same bytes for the same chunk, read back or not", () => {
  fc.assert(
    fc.property(arbitraryChunk, (chunk) => {
      const bytes = encodeChunk(chunk);
      assert.deepEqual(encodeChunk(decodeChunk(bytes)), bytes);
    }),
  );
});

test("encodeChunk rounds durations to the microsecond and starts to the millisecond", () => {
  const slotAtMs = 1_767_225_600_000;
  const exact = { slotAtMs, startedAtMs: slotAtMs + 2.4, connectTimeMs: 1.0004, elapsedMs: 2.0006 };
  const [read] = decodeChunk(encodeChunk(aChunk({ results: [aResult(exact)] }))).results;
  assert.deepEqual(
    [read?.startedAtMs, read?.connectTimeMs, read?.elapsedMs],
    [slotAtMs + 2, 1, 2.001],
  );
});

const UNFIT: [string, Partial<ProbeResult>, string][] = [
  ["a fraction of a slot", { slotAtMs: 0.5 }, "Chunk can't hold slot offset in ms"],
  ["no number", { connectTimeMs: Number.NaN }, "Chunk can't hold connect time in µs NaN"],
  ["a negative time", { dnsTimeMs: -1 }, "Chunk can't hold DNS time in µs -1000"],
  ["infinity", { startedAtMs: Number.POSITIVE_INFINITY }, "Chunk can't hold lag in ms Infinity"],
  ["a broken text", { address: "\ud800" }, "Chunk can't hold text \ud800"],
  ["half a retransmit", { synRetransmits: 0.5 }, "Chunk can't hold retransmits 0.5"],
  ["a negative task", { taskIndex: -1 }, "Chunk can't hold task index step -1"],
];

for (const [what, different, message] of UNFIT) {
  test(`encodeChunk refuses ${what}`, () => {
    assert.throws(
      () => encodeChunk(aChunk({ results: [aResult(different)] })),
      (error) => error instanceof ChunkError && error.message.startsWith(message),
    );
  });
}

test("encodeChunk leaves a payload below 256 bytes as it is, and compresses a larger one", () => {
  assert.equal(encodeChunk(aChunk())[1], 0);
  assert.equal(encodeChunk(aLargeChunk())[1], 1);
});

test("decodeChunk refuses any chunk with a flipped byte", () => {
  const chunks = [encodeChunk(aChunk()), encodeChunk(aLargeChunk())];
  for (const bytes of chunks) {
    for (const [at, byte] of bytes.entries()) {
      for (const flip of [1, 0x80, 0xff]) {
        const flipped = bytes.slice();
        flipped[at] = byte ^ flip;
        assert.throws(() => decodeChunk(flipped), ChunkError, `byte ${at} ^ ${flip}`);
      }
    }
  }
});

test("decodeChunk refuses any chunk that ends early or goes on", () => {
  for (const bytes of [encodeChunk(aChunk()), encodeChunk(aLargeChunk())]) {
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => decodeChunk(bytes.subarray(0, length)), ChunkError, `${length} bytes`);
    }
    assert.throws(() => decodeChunk(Uint8Array.of(...bytes, 0)), ChunkError);
  }
});

test("decodeChunk refuses any changed payload, even under a right checksum, or reads it whole", () => {
  const payload = openPayload(encodeChunk(aLargeChunk()));
  const changes = fc.array(fc.tuple(fc.nat(payload.length - 1), fc.nat(255)), { minLength: 1 });
  fc.assert(
    fc.property(changes, fc.nat(payload.length), (pairs, length) => {
      const changed = payload.slice(0, length);
      for (const [at, byte] of pairs) if (at < length) changed[at] = byte;
      decodesOrRefuses(sealPayload(changed));
    }),
    { numRuns: 1_000 },
  );
});

test("decodeChunk refuses any payload that is none", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => decodesOrRefuses(sealPayload(bytes))));
  fc.assert(fc.property(fc.uint8Array(), (bytes) => decodesOrRefuses(bytes)));
});

function decodesOrRefuses(bytes: Uint8Array, tasks?: SlotPlan["tasks"]): void {
  try {
    decodeChunk(bytes, tasks);
  } catch (error) {
    assert.ok(error instanceof ChunkError, String(error));
  }
}

test("decodeChunk refuses a payload without header, or with a column twice", () => {
  const columns = [...columnsOf(encodeChunk(aChunk()))];
  const headless = columns.filter(([number]) => number !== COLUMNS.header);
  for (const [wrong, message] of [
    [headless, "Chunk has no header"],
    [[...columns, ...columns], `Chunk has column ${COLUMNS.header} twice`],
  ] as const) {
    assert.throws(() => decodeChunk(sealColumns(wrong)), { message });
  }
});

const schedule = fc.record({
  name: fc.string(),
  scheduleMs: fc.constantFrom(1_000, 15_000, 40_000, 60_000, 3_600_000),
});

const timetable = fc.record(
  {
    staggerPermille: fc.integer({ min: 0, max: 999 }),
    spreadMs: fc.integer({ min: 1, max: 10_000 }),
    burstMs: fc.integer({ min: 1, max: 15_000 }),
  },
  { requiredKeys: ["staggerPermille"], noNullPrototype: true },
);

/** Tasks of a bundle, not always as many as a chunk names. */
const slotPlan: fc.Arbitrary<SlotPlan> = fc.record({
  tasks: fc.array(schedule, { maxLength: 5 }),
  timetable,
});

/** As it is read back if it was written by a plan: in whole tenths beyond the connect time. */
function inTenths(result: ProbeResult): ProbeResult {
  if (result.elapsedMs === null) return result;
  const connectUs = Math.round((result.connectTimeMs ?? 0) * 1_000);
  const beyondUs = Math.round(result.elapsedMs * 1_000) - connectUs;
  return { ...result, elapsedMs: (connectUs + Math.trunc(beyondUs / 100) * 100) / 1_000 };
}

test("decodeChunk gives back any chunk that was written by a plan, given the same tasks", () => {
  fc.assert(
    fc.property(arbitraryChunk, slotPlan, (chunk, plan) => {
      const read = decodeChunk(encodeChunk({ ...chunk, plan }), plan.tasks);
      const { results, ...rest } = asRead(chunk);
      assert.deepEqual(read, { ...rest, results: results.map(inTenths) });
      assert.deepEqual(encodeChunk({ ...read, plan }), encodeChunk({ ...chunk, plan }));
    }),
    { numRuns: 300 },
  );
});

test("decodeChunk refuses a chunk that was written by other tasks, or reads the same slots", () => {
  fc.assert(
    fc.property(arbitraryChunk, slotPlan, slotPlan, (chunk, plan, other) => {
      const bytes = encodeChunk({ ...chunk, plan });
      try {
        const { results } = decodeChunk(bytes, other.tasks);
        assert.deepEqual(results, asRead(chunk).results.map(inTenths));
      } catch (error) {
        assert.ok(error instanceof ChunkError, String(error));
      }
    }),
  );
});

/** A minute's first quarter of 400 tasks, with a late one, a recheck and a task that no plan has. */
function aPlannedChunk(): Chunk & { readonly plan: SlotPlan } {
  const termFromMs = Date.UTC(2026, 0, 1, 12, 0, 6);
  const plan = {
    tasks: Array.from({ length: 400 }, (_, i) => ({
      name: `service-${i}`,
      scheduleMs: i % 4 === 0 ? 60_000 : 15_000,
    })),
    timetable: { staggerPermille: 300, spreadMs: 4_000 },
  };
  const term = { fromMs: termFromMs, toMs: termFromMs + 60_000 };
  const results = plan.tasks.flatMap((task, taskIndex) =>
    slotsOfTerm(task, plan.timetable, term)
      .filter((slotAtMs) => slotAtMs < termFromMs + 15_000)
      .map((slotAtMs) => aResult({ taskIndex, slotAtMs, startedAtMs: slotAtMs })),
  );
  const odd = [
    aResult({ taskIndex: 1, slotAtMs: termFromMs - 9_000, startedAtMs: termFromMs }),
    aResult({
      taskIndex: 2,
      slotAtMs: termFromMs + 14_999,
      startedAtMs: termFromMs,
      recheck: true,
    }),
    aResult({ taskIndex: 400, slotAtMs: termFromMs + 5, startedAtMs: termFromMs }),
  ];
  return { ...aChunk({ termFromMs, results: [...results, ...odd] }), plan };
}

test("encodeChunk stores nothing of a slot that follows from the plan", () => {
  const chunk = aPlannedChunk();
  const bytes = encodeChunk(chunk);
  const slots = splitColumns(openPayload(bytes, [2])).get(COLUMNS.slot);
  const count = chunk.results.length;
  const other = numbersIn(slots, count).filter((difference) => difference !== 0);
  // The three odd ones, the slot after the late one, and the first hundredth, which is no measure.
  assert.ok(count > 300 && other.length <= 7, `${other.length} of ${count}`);
  const { plan, ...near } = chunk;
  assert.ok(bytes.length < encodeChunk(near).length - 1.5 * count);
  assert.deepEqual(decodeChunk(bytes, plan.tasks).results.length, count);
});

test("decodeChunk refuses a planned chunk without tasks, with others, without its column, or damaged", () => {
  const chunk = aPlannedChunk();
  const { plan, bundle } = chunk;
  const bytes = encodeChunk(chunk);
  assert.deepEqual([needsBundle(bytes), needsBundle(encodeChunk(aChunk()))], [true, false]);
  assert.throws(() => decodeChunk(bytes), {
    name: "ChunkError",
    message: `Chunk needs its bundle ${bundle}, which can't be read`,
  });
  const moved = plan.tasks.with(7, { name: "renamed", scheduleMs: 15_000 });
  assert.throws(() => decodeChunk(bytes, moved), {
    message: `Chunk's slots are not those of its bundle ${bundle}`,
  });
  const columns = splitColumns(openPayload(bytes, [2]));
  const note = columns.get(COLUMNS.plan) ?? assert.fail();
  for (const [column, message] of [
    [new Uint8Array(), "Chunk has no timetable"],
    [note.subarray(0, -1), "Chunk column ends too early"],
  ] as const) {
    columns.set(COLUMNS.plan, column);
    const sealed = sealPayload(joinColumns([...columns]), 2);
    assert.throws(() => decodeChunk(sealed, plan.tasks), { message });
  }
  const payload = openPayload(bytes, [2]);
  const changes = fc.array(fc.tuple(fc.nat(payload.length - 1), fc.nat(255)), { minLength: 1 });
  fc.assert(
    fc.property(changes, (pairs) => {
      const changed = payload.slice();
      for (const [at, byte] of pairs) changed[at] = byte;
      decodesOrRefuses(sealPayload(changed, 2), plan.tasks);
    }),
    { numRuns: 300 },
  );
});

// A golden chunk is never changed: data of its kind is stored. A new layout adds another file.
for (const file of readdirSync(GOLDEN).filter((name) => name.endsWith(".json"))) {
  test(`decodeChunk reads the golden chunk ${file} for ever`, () => {
    const { hex, chunk, plan, notUnderstoodCount = 0 } = readGolden(file);
    const read = decodeChunk(Buffer.from(hex, "hex"), plan?.tasks);
    assert.deepEqual(read, { ...chunk, notUnderstoodCount });
  });
}

test("encodeChunk writes the golden small chunk byte by byte", () => {
  const { hex, chunk } = readGolden("small-v1.json");
  assert.equal(Buffer.from(encodeChunk(chunk)).toString("hex"), hex);
});

test("encodeChunk writes the golden chunk of a plan byte by byte", () => {
  const { hex, chunk, plan } = readGolden("planned-v2.json");
  assert.equal(Buffer.from(encodeChunk({ ...chunk, plan })).toString("hex"), hex);
});

test("encodeChunk writes the golden chunk with rechecks byte by byte", () => {
  const { hex, chunk } = readGolden("recheck-v1.json");
  assert.equal(Buffer.from(encodeChunk(chunk)).toString("hex"), hex);
});

test("encodeChunk writes the golden large chunk's payload byte by byte", () => {
  const { hex, chunk } = readGolden("large-v1.json");
  const golden = openPayload(Buffer.from(hex, "hex"));
  assert.deepEqual(Buffer.from(openPayload(encodeChunk(chunk))), Buffer.from(golden));
});

/** A golden chunk; its results lack the figures that came later. */
function readGolden(file: string) {
  const golden = JSON.parse(readFileSync(new URL(file, GOLDEN), "utf8"));
  const results = golden.chunk.results.map((result: object) => ({
    ...NO_FIGURES,
    ...NO_MARKS,
    ...result,
  }));
  return { ...golden, chunk: { ...golden.chunk, results } };
}

test("encodeChunk takes no results, and failures only", () => {
  for (const results of [[], [aFailure(), aFailure({ taskIndex: 1, outcome: "dns_failed" })]]) {
    assert.deepEqual(decodeChunk(encodeChunk(aChunk({ results }))).results, results);
  }
});

const LARGEST_US = 2 ** 50;
const LARGEST_MS = LARGEST_US / 1_000;

/** Each figure at both ends of what a chunk holds, and one step beside. */
const FIGURE_EDGES: readonly (readonly [Partial<ProbeResult>, string | null])[] = [
  [{ connectTimeMs: 0 }, null],
  [{ connectTimeMs: 0.001 }, null],
  [{ connectTimeMs: LARGEST_MS }, null],
  [{ connectTimeMs: LARGEST_MS + 1 }, `connect time in µs ${LARGEST_US + 1_000}`],
  [{ connectTimeMs: -0.001 }, "connect time in µs -1"],
  [{ connectTimeMs: 5, elapsedMs: 4 }, null],
  [{ connectTimeMs: 0, elapsedMs: LARGEST_MS }, null],
  [{ connectTimeMs: null, elapsedMs: LARGEST_MS }, null],
  [{ connectTimeMs: LARGEST_MS, elapsedMs: 0 }, null],
  [{ connectTimeMs: 0, elapsedMs: LARGEST_MS + 1 }, `elapsed time in µs ${LARGEST_US + 1_000}`],
  [{ dnsTimeMs: 0 }, null],
  [{ dnsTimeMs: LARGEST_MS }, null],
  [{ dnsTimeMs: LARGEST_MS + 1 }, `DNS time in µs ${LARGEST_US + 1_000}`],
  [{ synRetransmits: 0 }, null],
  [{ synRetransmits: 1 }, null],
  [{ synRetransmits: LARGEST_US }, null],
  [{ synRetransmits: LARGEST_US + 1 }, `retransmits ${LARGEST_US + 1}`],
  [{ synRetransmits: -1 }, "retransmits -1"],
];

for (const [different, refused] of FIGURE_EDGES) {
  const chunk = aChunk({ results: [aResult(different)] });
  test(`encodeChunk ${refused === null ? "keeps" : "refuses"} ${JSON.stringify(different)}`, () => {
    if (refused === null) return assert.deepEqual(decodeChunk(encodeChunk(chunk)), asRead(chunk));
    assert.throws(() => encodeChunk(chunk), { message: `Chunk can't hold ${refused}` });
  });
}

/** Marks on the wire, alone and together: what the first reader takes them for, for ever. */
const MARKED: readonly (readonly [Partial<ProbeResult>, number])[] = [
  [{}, 0],
  [{ timing: "kernel" }, 1],
  [{ suspect: true }, 2],
  [{ connectTimeMs: 0 }, 4],
  [{ elapsedMs: 0 }, 8],
  [{ dnsTimeMs: 0 }, 16],
  [{ synRetransmits: 1 }, 32],
  [{ address: "192.0.2.1" }, 64],
  [{ icmpError: true }, 128],
  [{ closedByPeer: true }, 256],
  [{ errorCode: "EMFILE" }, 512],
  [{ recheck: true }, 1_024],
];

test("encodeChunk marks what a sample has, a bit each", () => {
  const bare = aResult({
    timing: "user",
    connectTimeMs: null,
    elapsedMs: null,
    dnsTimeMs: null,
    address: null,
  });
  const together = Object.assign({}, ...MARKED.map(([different]) => different));
  for (const [different, mark] of [...MARKED, [together, 2_047] as const]) {
    const columns = columnsOf(encodeChunk(aChunk({ results: [{ ...bare, ...different }] })));
    assert.deepEqual(numbersIn(columns.get(COLUMNS.marks), 1), [mark], JSON.stringify(different));
  }
});

test("encodeChunk writes each error code once, in columns of their own", () => {
  const codes = ["EMFILE", null, "EADDRNOTAVAIL", "EMFILE", "EADDRNOTAVAIL", ""];
  const results = codes.map((errorCode, taskIndex) =>
    aFailure({ taskIndex, outcome: "internal", errorCode }),
  );
  const bytes = encodeChunk(aChunk({ results }));
  assert.deepEqual(decodeChunk(bytes).results, results);
  const columns = columnsOf(bytes);
  assert.deepEqual(numbersIn(columns.get(14), 5), [0, 0, 1, 2, 0]);
  const text = columns.get(15) ?? assert.fail();
  assert.equal(Buffer.from(text).toString(), "\x06EMFILE\rEADDRNOTAVAIL\0");
});

test("decodeChunk refuses a reference to an error code that the chunk does not have", () => {
  const columns = columnsOf(encodeChunk(aChunk({ results: [aFailure({ errorCode: "EMFILE" })] })));
  const refs = new NumberWriter("test");
  refs.count(1);
  columns.set(14, refs.finish());
  columns.delete(15);
  assert.throws(() => decodeChunk(sealColumns(columns)), {
    message: "Chunk refers to a text it does not have",
  });
});

test("encodeChunk puts columns in the order of their numbers", () => {
  const results = [
    aResult({ synRetransmits: 1 }),
    aResult({ taskIndex: 1, address: "2001:db8::1" }),
  ];
  const numbers = [...columnsOf(encodeChunk(aChunk({ results }))).keys()];
  assert.deepEqual(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
});

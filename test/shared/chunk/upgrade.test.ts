import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { ByteReader } from "../../../shared/chunk/bytes.ts";
import { type Chunk, decodeChunk, encodeChunk } from "../../../shared/chunk/codec.ts";
import { ALL_MARKS, COLUMNS, MARKS, OUTCOMES } from "../../../shared/chunk/columns.ts";
import { FIGURES } from "../../../shared/chunk/figures.ts";
import {
  NO_FIGURES,
  NO_MARKS,
  type Outcome,
  type ProbeResult,
} from "../../../shared/result/result.ts";
import { arbitraryChunk } from "../../fakes/arbitrary-chunk.ts";
import {
  columnsOf,
  encodeLaterChunk,
  type Later,
  numbersIn,
  sealColumns,
} from "../../fakes/later-chunk.ts";
import { aChunk, aFailure, aResult } from "../../fakes/results.ts";

/** Outcomes by their number on the wire, as the first reader knows them. Never changed. */
const FIRST_OUTCOMES: readonly Outcome[] = [
  "open",
  "refused",
  "timeout",
  "dns_not_found",
  "dns_timeout",
  "dns_failed",
  "unreachable",
  "reset",
  "blocked",
  "unsupported",
  "internal",
];

/** The largest marks of the first reader: seven bits. */
const FIRST_MARKS = 127;

const FIRST_COLUMNS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13];

const NOON = Date.UTC(2026, 0, 1, 12);

const [ORDINARY, SLOW, CLOSED, RETRIED, LAST] = [
  aResult({ slotAtMs: NOON + 100 }),
  aResult({ slotAtMs: NOON + 15_100, connectTimeMs: 480.5, elapsedMs: 481 }),
  aFailure({ taskIndex: 1, slotAtMs: NOON + 7, expect: "closed" }),
  aResult({ taskIndex: 1, slotAtMs: NOON + 15_007, address: "192.0.2.9", synRetransmits: 1 }),
  aResult({ taskIndex: 2, slotAtMs: NOON + 900, address: "2001:db8::1" }),
] as const;

const TOMORROW: Chunk = aChunk({
  termFromMs: NOON,
  results: [ORDINARY, SLOW, CLOSED, RETRIED, LAST],
});

/** Far from what will be known soon: two outcomes, one with a mark; marks alone; fields, a column. */
const NEWS: Later = {
  outcomes: new Map([
    [1, 2_000],
    [2, 2_003],
  ]),
  marks: new Map([
    [2, 2 ** 30],
    [3, 2 ** 29 + 2 ** 31],
  ]),
  headerEnd: [1, 200, 3],
  columns: new Map([[900, Uint8Array.of(2, 7, 9)]]),
};

test("decodeChunk reads tomorrow's chunk: ordinary samples as they are, the others counted", () => {
  const golden = JSON.parse(
    readFileSync(new URL("../../golden/chunk/tomorrow-v1.json", import.meta.url), "utf8"),
  );
  const bytes = encodeLaterChunk(TOMORROW, NEWS);
  assert.equal(Buffer.from(bytes).toString("hex"), golden.hex);
  assert.deepEqual(decodeChunk(bytes), {
    ...TOMORROW,
    results: [
      ORDINARY,
      { ...SLOW, outcome: "internal" },
      { ...CLOSED, outcome: "internal" },
      RETRIED,
      LAST,
    ],
    notUnderstoodCount: 3,
  });
});

const NEW_OUTCOME = 2 * OUTCOMES.length;
const NEW_MARK = ALL_MARKS + 1;

const READ: readonly {
  readonly what: string;
  readonly later: Later;
  readonly outcomes?: readonly Outcome[];
  readonly count: number;
}[] = [
  { what: "nothing new", later: {}, count: 0 },
  {
    what: "the first outcome that it does not know",
    later: { outcomes: new Map([[0, NEW_OUTCOME]]) },
    outcomes: ["internal", "refused"],
    count: 1,
  },
  {
    what: "the last outcome that it knows",
    later: { outcomes: new Map([[0, NEW_OUTCOME - 2]]) },
    outcomes: [OUTCOMES.at(-1) ?? assert.fail(), "refused"],
    count: 0,
  },
  {
    what: "a far outcome",
    later: { outcomes: new Map([[1, 2 ** 50]]) },
    outcomes: ["open", "internal"],
    count: 1,
  },
  {
    what: "the first mark that it does not know",
    later: { marks: new Map([[0, NEW_MARK]]) },
    count: 1,
  },
  { what: "a mark beyond 32 bits", later: { marks: new Map([[1, 2 ** 40]]) }, count: 1 },
  {
    what: "a new outcome and a new mark of one sample",
    later: { outcomes: new Map([[0, NEW_OUTCOME]]), marks: new Map([[0, NEW_MARK]]) },
    outcomes: ["internal", "refused"],
    count: 1,
  },
  { what: "a longer header", later: { headerEnd: [0, 255, 255] }, count: 0 },
  {
    what: "a column that it does not know",
    later: { columns: new Map([[99, Uint8Array.of(1, 2, 3)]]) },
    count: 0,
  },
];

for (const { what, later, outcomes = ["open", "refused"], count } of READ) {
  test(`decodeChunk reads a chunk with ${what}`, () => {
    const results = [aResult(), aFailure({ taskIndex: 1 })];
    const expected = results.map((result, at) => ({ ...result, outcome: outcomes[at] }));
    const read = decodeChunk(encodeLaterChunk(aChunk({ results }), later));
    assert.deepEqual(read, {
      ...aChunk({ results }),
      results: expected,
      notUnderstoodCount: count,
    });
  });
}

test("decodeChunk takes an unknown outcome's lowest bit for the expectation", () => {
  for (const [code, expect] of [
    [NEW_OUTCOME, "open"],
    [NEW_OUTCOME + 1, "closed"],
  ] as const) {
    const later = { outcomes: new Map([[0, code]]) };
    const [read] = decodeChunk(encodeLaterChunk(aChunk(), later)).results;
    assert.deepEqual([read?.outcome, read?.expect], ["internal", expect]);
  }
});

test("decodeChunk gives all samples of any chunk, whatever outcomes and marks are added", () => {
  const arbitraryNews = fc.array(
    fc.record({
      code: fc.option(
        fc.oneof(
          fc.integer({ min: NEW_OUTCOME, max: 400 }),
          fc.integer({ min: 400, max: 2 ** 31 - 1 }),
        ),
      ),
      marks: fc.oneof(fc.constant(0), fc.nat({ max: 2 ** 28 })),
    }),
    { minLength: 60, maxLength: 60 },
  );
  const headerEnd = fc.array(fc.nat({ max: 255 }));
  const columns = fc.dictionary(
    fc.nat().map((n) => String(n + 100)),
    fc.uint8Array(),
  );
  fc.assert(
    fc.property(arbitraryChunk, arbitraryNews, headerEnd, columns, (chunk, added, end, more) => {
      const ordered = decodeChunk(encodeChunk(chunk));
      const results = ordered.results.map((result, at) => asRead(result, added[at]?.code ?? null));
      const news = added.slice(0, results.length);
      const notUnderstood = news.filter(({ code, marks }) => code !== null || marks > 0);
      const later: Later = {
        outcomes: new Map(news.flatMap(({ code }, at) => (code === null ? [] : [[at, code]]))),
        marks: new Map(news.map(({ marks }, at) => [at, marks * NEW_MARK])),
        headerEnd: end,
        columns: new Map(Object.entries(more).map(([number, bytes]) => [Number(number), bytes])),
      };
      assert.deepEqual(decodeChunk(encodeLaterChunk(ordered, later)), {
        ...ordered,
        results,
        notUnderstoodCount: notUnderstood.length,
      });
    }),
    { numRuns: 300 },
  );
});

function asRead(result: ProbeResult, code: number | null): ProbeResult {
  if (code === null) return result;
  return { ...result, outcome: "internal", expect: code % 2 === 1 ? "closed" : "open" };
}

/** All columns of a chunk without a plan that this version knows, by name. */
const KNOWN: readonly (readonly [name: string, number: number])[] = [
  ...Object.entries(COLUMNS).filter(([name]) => name !== "plan"),
  ...FIGURES.map(({ field, column }) => [field, column] as const),
];

const ALL_FIGURES = Object.fromEntries(FIGURES.map(({ field }, i) => [field, i + 1]));

const CLOCK = {
  askedCount: 6,
  answeredCount: 5,
  figures: { offsetMs: -10_000.123, stabilityMs: 1.5, jitterMs: 0.25, roundTripMs: 20 },
};

/** A chunk with something in every column. */
const FULL = encodeChunk({
  ...TOMORROW,
  notes: { ...TOMORROW.notes, clock: CLOCK },
  results: [
    ...TOMORROW.results,
    aResult({ ...ALL_FIGURES, taskIndex: 3, errorCode: "EMFILE", detail: { answer: "a" } }),
  ],
});

function columnNumbersIn(bytes: Uint8Array): number[] {
  return [...columnsOf(bytes).keys()].sort((a, b) => a - b);
}

test("a full chunk has every known column, and one of the first figures those of the first reader", () => {
  const numbers = KNOWN.map(([, number]) => number);
  assert.deepEqual(
    columnNumbersIn(FULL),
    numbers.toSorted((a, b) => a - b),
  );
  assert.deepEqual(columnNumbersIn(encodeChunk(TOMORROW)), FIRST_COLUMNS);
});

test("each figure has a column and a mark of its own", () => {
  const columns = [...Object.values(COLUMNS), ...FIGURES.map(({ column }) => column)];
  const marks = [...Object.values(MARKS), ...FIGURES.map(({ mark }) => mark)];
  assert.equal(new Set(columns).size, columns.length);
  assert.equal(new Set(marks).size, marks.length);
  for (const mark of marks) assert.ok(Number.isInteger(Math.log2(mark)), `${mark} is one bit`);
});

for (const [name, number] of KNOWN) {
  test(`decodeChunk refuses a chunk whose ${name} column ends too early`, () => {
    const columns = columnsOf(FULL);
    const known = columns.get(number) ?? assert.fail();
    columns.set(number, known.subarray(0, -1));
    assert.throws(() => decodeChunk(sealColumns(columns)), { name: "ChunkError" });
  });
}

for (const [name, number] of KNOWN.filter(([one]) => one !== "header")) {
  test(`decodeChunk refuses a chunk whose ${name} column is too long`, () => {
    const columns = columnsOf(FULL);
    const known = columns.get(number) ?? assert.fail();
    columns.set(number, Uint8Array.of(...known, 0));
    assert.throws(() => decodeChunk(sealColumns(columns)), { name: "ChunkError" });
  });
}

for (const [place, outcome] of FIRST_OUTCOMES.entries()) {
  test(`encodeChunk writes ${outcome} under the number that the first reader knows`, () => {
    const results = (["open", "closed"] as const).map((expect, taskIndex) =>
      aResult({ taskIndex, outcome, expect }),
    );
    const column = columnsOf(encodeChunk(aChunk({ results }))).get(COLUMNS.outcome);
    assert.deepEqual(numbersIn(column, results.length), [2 * place, 2 * place + 1]);
  });
}

// The first reader refused a whole chunk for one number, mark or header field that it did not know.
test("encodeChunk writes nothing that the first reader refuses, unless an outcome, a figure or a mark is new", () => {
  const later = FIGURES.filter(({ mark }) => mark > FIRST_MARKS).map(({ field }) => field);
  const withoutLater = Object.fromEntries(later.map((field) => [field, NO_FIGURES[field]]));
  fc.assert(
    fc.property(arbitraryChunk, (chunk) => {
      const results = chunk.results
        .filter(({ outcome }) => FIRST_OUTCOMES.includes(outcome))
        .map((result) => ({ ...result, ...withoutLater, ...NO_MARKS }));
      const columns = columnsOf(encodeChunk({ ...chunk, results }));
      const numbers = numbersIn(columns.get(COLUMNS.outcome), results.length);
      assert.ok(numbers.every((number) => number < 2 * FIRST_OUTCOMES.length));
      const marks = numbersIn(columns.get(COLUMNS.marks), results.length);
      assert.ok(marks.every((mark) => mark <= FIRST_MARKS));
      readFirstHeader(columns.get(COLUMNS.header) ?? assert.fail());
    }),
  );
});

/** The header's fields as the first reader takes them: to the end. */
function readFirstHeader(column: Uint8Array): void {
  const header = new ByteReader(column);
  header.text();
  header.varint();
  header.varint();
  header.byte();
  for (let field = 0; field < 3; field++) header.varint();
  header.expectEnd();
}

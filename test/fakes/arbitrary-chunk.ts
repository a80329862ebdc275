import fc from "fast-check";
import { type Chunk, type ChunkNotes, FIGURES, OUTCOMES } from "../../shared/chunk/chunk.ts";
import type { ClockReading } from "../../shared/clock/clock.ts";
import { NO_FIGURES, type ProbeResult, type ResultFigures } from "../../shared/result/result.ts";

/** Objects with the usual prototype, which strict equality looks at. */
const PLAIN = { noNullPrototype: true };

const MAX_INSTANT_MS = 8.64e15 / 32;

const instant = fc.oneof(
  fc.integer({ min: 1_767_225_600_000, max: 1_767_225_720_000 }),
  fc.integer({ min: 0, max: MAX_INSTANT_MS }),
);

/** Whole microseconds: what a probe hands over. */
const duration = fc
  .oneof(fc.integer({ min: 0, max: 5_000_000 }), fc.integer({ min: 0, max: 2 ** 49 }))
  .map((microseconds) => microseconds / 1_000);

const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.constantFrom("192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "fe80::1%eth0", ""),
  fc.constantFrom(
    "01.2.3.4",
    "1.2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    "1.2.3.4 ",
    "1e1.2.3.4",
    "-0.0.0.0",
  ),
  fc.string({ unit: "binary" }),
);

const arbitraryRest: fc.Arbitrary<Omit<ProbeResult, keyof ResultFigures>> = fc.record(
  {
    taskIndex: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.nat()),
    slotAtMs: instant,
    startedAtMs: instant,
    outcome: fc.constantFrom(...OUTCOMES),
    expect: fc.constantFrom("open", "closed"),
    address: fc.option(address),
    timing: fc.constantFrom("kernel", "user"),
    suspect: fc.boolean(),
    icmpError: fc.boolean(),
    closedByPeer: fc.boolean(),
    recheck: fc.boolean(),
    errorCode: fc.option(fc.constantFrom("EMFILE", "EHOSTUNREACH", "EADDRNOTAVAIL", "ä", "")),
    detail: fc.option(
      fc.record(
        {
          failedPhase: fc.constantFrom("tls" as const, "greeting" as const),
          labels: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3, noNullPrototype: true }),
          answer: fc.string({ unit: "binary" }),
        },
        { requiredKeys: [], noNullPrototype: true },
      ),
    ),
  },
  PLAIN,
);

/** Every figure that there is: times, which may be absent, and counts. */
const arbitraryFigures: fc.Arbitrary<ResultFigures> = fc
  .tuple(
    ...FIGURES.map(({ field, unit }) =>
      fc.tuple(
        fc.constant(field),
        unit === "µs" ? fc.option(duration) : fc.oneof(fc.constant(0), fc.nat()),
      ),
    ),
  )
  .map((figures) => ({ ...NO_FIGURES, ...Object.fromEntries(figures) }));

const arbitraryResult: fc.Arbitrary<ProbeResult> = fc
  .tuple(arbitraryRest, arbitraryFigures)
  .map(([rest, figures]) => ({ ...rest, ...figures }));

/** Whole microseconds of either sign, but not -0, which is read as 0. */
const signedDuration = fc.oneof(
  duration,
  duration.filter((ms) => ms > 0).map((ms) => -ms),
);

const answered: fc.Arbitrary<ClockReading> = fc.record(
  {
    askedCount: fc.integer({ min: 1, max: 20 }),
    answeredCount: fc.integer({ min: 1, max: 20 }),
    figures: fc.record(
      {
        offsetMs: signedDuration,
        stabilityMs: duration,
        jitterMs: duration,
        roundTripMs: duration,
      },
      PLAIN,
    ),
  },
  PLAIN,
);

const unanswered: fc.Arbitrary<ClockReading> = fc
  .integer({ min: 1, max: 20 })
  .map((askedCount) => ({ askedCount, answeredCount: 0, figures: null }));

const arbitraryNotes: fc.Arbitrary<ChunkNotes> = fc.record(
  {
    coldStart: fc.boolean(),
    stallCount: fc.nat(),
    remeasuredCount: fc.nat(),
    pacingDebtMs: duration,
    clock: fc.oneof(answered, unanswered),
  },
  { ...PLAIN, requiredKeys: ["coldStart", "stallCount", "remeasuredCount", "pacingDebtMs"] },
);

export const arbitraryChunk: fc.Arbitrary<Chunk> = fc.record(
  {
    bundle: fc.oneof(fc.constant("0123456789abcdef"), fc.string({ unit: "binary" })),
    termFromMs: instant,
    notes: arbitraryNotes,
    results: fc.array(arbitraryResult, { maxLength: 60 }),
  },
  PLAIN,
);

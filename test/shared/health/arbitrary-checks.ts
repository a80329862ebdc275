import fc from "fast-check";
import { ERROR_KINDS } from "../../../shared/result/result.ts";
import {
  figuresOf,
  type JudgedCheck,
  type RegionWindow,
  type Summary,
} from "../../../shared/summary/summary.ts";
import { PHASES } from "../../../shared/task/task.ts";
import { MINUTE_MS, toMicrosecondPrecision } from "../../../shared/units.ts";

const time = fc.double({ min: 0, max: 30_000, noNaN: true }).map(toMicrosecondPrecision);

const outcome = fc.oneof(
  fc.record({
    verdict: fc.constant("passed" as const),
    errorKind: fc.constant(null),
    connectTimeMs: fc.option(time, { nil: null }),
    synRetransmits: fc.constantFrom(0, 0, 0, 1, 2),
  }),
  fc.record({
    verdict: fc.constant("failed" as const),
    errorKind: fc.constantFrom(...ERROR_KINDS),
    connectTimeMs: fc.constant(null),
    synRetransmits: fc.constant(0),
  }),
  fc.record({
    verdict: fc.constant("uncounted" as const),
    errorKind: fc.constantFrom("internal" as const, "unsupported" as const),
    connectTimeMs: fc.constant(null),
    synRetransmits: fc.constantFrom(0, 1),
  }),
);

const count = fc.oneof(fc.constant(0), fc.nat(70_000));
const certificate = fc.constantFrom("a", "b", "c").map((letter) => ({
  id: letter.repeat(16),
  fromMs: 0,
  untilMs: letter.charCodeAt(0) * 1_000_000,
}));

/** What a check may notice beyond a handshake; mostly nothing. */
const beyond = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  fc
    .record(
      {
        failedPhase: fc.constantFrom(...PHASES),
        certificate,
        appeared: fc.uniqueArray(fc.constantFrom("192.0.2.1", "192.0.2.2", "2001:db8::1")),
        left: fc.constant(["192.0.2.9"]),
        tlsTimeMs: fc.option(time, { nil: null }),
        dialogueTimeMs: fc.option(time, { nil: null }),
        isRetried: fc.boolean(),
        sentBytes: count,
        receivedBytes: count,
        sentMessages: count,
        receivedMessages: count,
      },
      {
        requiredKeys: [
          "tlsTimeMs",
          "dialogueTimeMs",
          "isRetried",
          "sentBytes",
          "receivedBytes",
          "sentMessages",
          "receivedMessages",
        ],
      },
    )
    .map((deep) => ({ deep })),
);

/** Checks of one region, a second apart from the epoch on. */
export function anyChecks(): fc.Arbitrary<readonly JudgedCheck[]> {
  const outcomes = fc.array(fc.tuple(outcome, beyond), { maxLength: 60 });
  return outcomes.map((all) =>
    all.map(([each, noted], i) => ({ ...each, ...noted, slotAtMs: i * 1_000 })),
  );
}

/** Regions with their checks, some of them missed. */
export function anyRegions(): fc.Arbitrary<Readonly<Record<string, RegionWindow>>> {
  const region = fc.tuple(anyChecks(), fc.nat(3)).map(([checks, missed]) => ({
    covered: true,
    checks,
    rechecks: [],
    figures: figuresOf({ expectedCount: checks.length + missed }, checks),
  }));
  const names = fc.constantFrom("eu-west-1", "us-east-1", "ap-southeast-2", "sa-east-1", "a");
  return fc.dictionary(names, region, { noNullPrototype: true });
}

/** Any summary that can come to be. */
export function anySummary(): fc.Arbitrary<Summary> {
  const text = fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" });
  return fc
    .record({
      taskName: text,
      host: text,
      targetId: fc.option(text, { nil: null }),
      minute: fc.nat(100_000_000),
      regions: anyRegions(),
      complete: fc.boolean(),
      missingRegions: fc.uniqueArray(fc.constantFrom("b", "c", "d")),
      rev: fc.integer({ min: 1, max: 1_000 }),
    })
    .map(({ minute, regions, ...rest }) => {
      const checks = Object.values(regions).flatMap((region) => region.checks);
      return {
        ...rest,
        periodStartMs: minute * MINUTE_MS,
        periodEndMs: (minute + 1) * MINUTE_MS,
        overall: figuresOf({ expectedCount: checks.length }, checks),
        regions: Object.fromEntries(
          Object.entries(regions).map(([name, { figures }]) => [name, figures]),
        ),
      };
    });
}

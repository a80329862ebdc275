import fc from "fast-check";
import { ERROR_KINDS } from "../../../shared/result/result.ts";
import {
  figuresOf,
  type JudgedCheck,
  type RegionWindow,
  type Summary,
} from "../../../shared/summary/summary.ts";
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

/** Checks of one region, a second apart from the epoch on. */
export function anyChecks(): fc.Arbitrary<readonly JudgedCheck[]> {
  const outcomes = fc.array(outcome, { maxLength: 60 });
  return outcomes.map((all) => all.map((each, i) => ({ ...each, slotAtMs: i * 1_000 })));
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

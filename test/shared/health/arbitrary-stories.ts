import fc from "fast-check";
import type { AlertOverrides } from "../../../shared/health/rules/rules.ts";
import type { ShortWindow } from "./windows.ts";

/** A row of windows under one policy. */
export interface AnyStory {
  readonly shorts: readonly ShortWindow[];
  readonly alert: AlertOverrides;
  readonly scheduleMs: number;
}

const letters = fc.array(fc.constantFrom("p", "p", "f", "f", "t", "u", "m"), { maxLength: 4 });

const region = fc
  .tuple(letters, fc.constantFrom("@10", "@150", "@600", "@none"), fc.boolean())
  .map(([slots, time, covered]) => {
    if (slots.length > 0) return `${slots.join("")}${time}`;
    return covered ? "" : "-";
  });

const alert: fc.Arbitrary<AlertOverrides> = fc.record({
  quorum: fc.constantFrom("majority" as const, 1, 2),
  latencyScope: fc.constantFrom("nearest" as const, "each" as const),
  noDataWindows: fc.integer({ min: 1, max: 3 }),
  failureThreshold: fc.integer({ min: 1, max: 4 }),
  successThreshold: fc.integer({ min: 1, max: 3 }),
  critical: fc.record({ noSuccessMinutes: fc.constantFrom(false as const, 1, 3) }),
});

/** Stories of up to three regions, in which anything may happen. */
export function anyStory(): fc.Arbitrary<AnyStory> {
  const window = fc.dictionary(fc.constantFrom("a", "b", "c"), region, { noNullPrototype: true });
  return fc.record({
    shorts: fc.array(window, { minLength: 1, maxLength: 14 }),
    alert,
    scheduleMs: fc.constantFrom(15_000, 60_000, 300_000),
  });
}

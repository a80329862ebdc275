import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  fromStoredTrends,
  INITIAL_TRENDS,
  judgeTrends,
  type Trends,
} from "../../../../shared/health/trends/trends.ts";
import { policyWith, type ShortWindow, windowAt } from "../windows.ts";

const POLICY = policyWith({});
/** After so many windows without a failure nothing can be remembered any more. */
const CALM_WINDOWS = 240;

const letters = fc.string({
  unit: fc.constantFrom("p", "p", "p", "f", "u", "m", "r"),
  minLength: 4,
  maxLength: 4,
});
const region = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(letters, fc.constantFrom("", "@10", "@160", "@700")) },
  { weight: 1, arbitrary: fc.constant(["-", ""] as const) },
);
const window = fc
  .tuple(region, region, fc.boolean())
  .map(([a, b, hasBoth]): ShortWindow => ({ a: a.join(""), ...(hasBoth && { b: b.join("") }) }));
const anyWindows = fc.array(window, { minLength: 1, maxLength: 40 });
const anyFrozen = fc.array(fc.boolean(), { maxLength: 40 });

function step(memory: Trends, minute: number, short: ShortWindow, isFrozen = false) {
  return judgeTrends(memory, windowAt(minute, short), { policy: POLICY, isFrozen, usual: null });
}

describe("judgeTrends of any windows", () => {
  it("decides alike from a memory that was stored and read in between", () => {
    fc.assert(
      fc.property(anyWindows, anyFrozen, (shorts, frozen) => {
        let kept = INITIAL_TRENDS;
        let read = INITIAL_TRENDS;
        for (const [minute, short] of shorts.entries()) {
          const one = step(kept, minute, short, frozen[minute]);
          const other = step(read, minute, short, frozen[minute]);
          assert.deepEqual(other, one);
          kept = one.memory;
          read = fromStoredTrends(JSON.parse(JSON.stringify(other.memory)));
        }
      }),
    );
  });

  it("forgets everything when all is well for long, and says nothing then", () => {
    fc.assert(
      fc.property(anyWindows, (shorts) => {
        let memory = INITIAL_TRENDS;
        const calm = Array.from({ length: CALM_WINDOWS }, () => ({ a: "pppp@10", b: "pppp@10" }));
        for (const [minute, short] of [...shorts, ...calm].entries()) {
          memory = step(memory, minute, short).memory;
        }
        assert.equal(memory, INITIAL_TRENDS);
      }),
      { numRuns: 30 },
    );
  });

  it("names a rule exactly when it has a severity, and remembers what it said", () => {
    fc.assert(
      fc.property(anyWindows, (shorts) => {
        let memory = INITIAL_TRENDS;
        for (const [minute, short] of shorts.entries()) {
          const { severity, rule, ...judged } = step(memory, minute, short);
          memory = judged.memory;
          assert.deepEqual(memory.held, severity === null ? null : { severity, rule });
        }
      }),
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  fromStoredTrends,
  INITIAL_TRENDS,
  judgeTrends,
  type Trends,
  toStoredTrends,
  worthStoring,
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

/** Mostly nothing happens, for long enough that what did is forgotten. */
const rareTrouble = fc.oneof(
  { weight: 12, arbitrary: fc.constant({ a: "pppp", b: "pppp" }) },
  { weight: 1, arbitrary: window },
);

/** What is worth storing at the end of a minute. */
function storedAfter(memory: Trends, minute: number): Trends {
  const { periodEndMs: atMs, scheduleMs } = windowAt(minute, {});
  return worthStoring(memory, POLICY, { atMs, scheduleMs });
}

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
          read = fromStoredTrends(JSON.parse(JSON.stringify(toStoredTrends(other.memory))));
        }
      }),
    );
  });

  it("decides alike whether what is forgotten is still stored or not", () => {
    fc.assert(
      fc.property(fc.array(rareTrouble, { minLength: 1, maxLength: 80 }), (shorts) => {
        let kept = INITIAL_TRENDS;
        let dropped = INITIAL_TRENDS;
        for (const [minute, short] of shorts.entries()) {
          const { memory, ...one } = step(kept, minute, short);
          const { memory: next, ...other } = step(dropped, minute, short);
          assert.deepEqual(other, one);
          kept = memory;
          dropped = storedAfter(next, minute);
          assert.deepEqual(storedAfter(kept, minute), dropped);
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
        assert.equal(storedAfter(memory, shorts.length + CALM_WINDOWS), INITIAL_TRENDS);
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

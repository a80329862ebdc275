import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { racingOrder, stableOrder } from "../../../../functions/probe/check/order-addresses.ts";
import { neededCount, verdictOfParts } from "../../../../functions/probe/check/parts-verdict.ts";
import { ERROR_KINDS, isCounted, type Outcome } from "../../../../shared/result/result.ts";

const OUTCOMES: readonly Outcome[] = [
  "open",
  ...ERROR_KINDS.filter((kind) => kind !== "unexpected_open"),
];
const outcomes = fc.array(fc.constantFrom(...OUTCOMES), { minLength: 1, maxLength: 16 });
const required = fc.oneof(
  fc.constantFrom("all" as const, "majority" as const),
  fc.integer({ min: 1, max: 20 }),
);

/** Each way in which what is not known may turn out: from all failed to all passed. */
function completions(parts: readonly Outcome[]): Outcome[][] {
  const isUnknown = (one: Outcome) => one !== "open" && !isCounted(one);
  const unknownCount = parts.filter(isUnknown).length;
  return Array.from({ length: unknownCount + 1 }, (_, passing) => {
    let left = passing;
    return parts.map((one) => (isUnknown(one) ? (left-- > 0 ? "open" : "refused") : one));
  });
}

describe("verdictOfParts", () => {
  it("counts if and only if it would be the same however unknown parts turn out", () => {
    fc.assert(
      fc.property(outcomes, required, (parts, rule) => {
        const possible = new Set(completions(parts).map((one) => verdictOfParts(one, rule)));
        const [only] = possible;
        assert.equal(verdictOfParts(parts, rule), possible.size === 1 ? only : "uncounted");
      }),
    );
  });

  it("passes with as many as are needed if all are known", () => {
    fc.assert(
      fc.property(outcomes, required, (parts, rule) => {
        const known = parts.map((one) => (one === "open" ? one : "refused"));
        const passing = known.filter((one) => one === "open").length;
        const passes = passing >= neededCount(rule, parts.length);
        assert.equal(verdictOfParts(known, rule), passes ? "passed" : "failed");
      }),
    );
  });

  it("does not depend on the order of the addresses", () => {
    fc.assert(
      fc.property(outcomes, required, (parts, rule) => {
        assert.equal(verdictOfParts(parts.toReversed(), rule), verdictOfParts(parts, rule));
      }),
    );
  });

  const NEEDED = [
    ["all", 1, 1],
    ["all", 16, 16],
    ["majority", 1, 1],
    ["majority", 2, 2],
    ["majority", 3, 2],
    ["majority", 4, 3],
    [2, 1, 2],
    [2, 5, 2],
  ] as const;
  for (const [rule, count, needed] of NEEDED)
    it(`needs ${needed} of ${count} for ${rule}`, () => {
      assert.equal(neededCount(rule, count), needed);
    });
});

const v4 = fc.ipV4();
const v6 = fc.ipV6();

describe("stableOrder", () => {
  it("is the same for every order of the answer, with each address once and 16 at most", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(v4, v6), { maxLength: 40 }), (addresses) => {
        const order = stableOrder(addresses);
        assert.deepEqual(stableOrder(addresses.toReversed()), order);
        assert.equal(order.length, Math.min(16, new Set(addresses).size));
        assert.equal(new Set(order).size, order.length);
      }),
    );
  });

  it("leaves half of the places to a family that has as many", () => {
    const many = (prefix: string) => Array.from({ length: 20 }, (_, i) => `${prefix}${i + 10}`);
    const count = (addresses: readonly string[]) => {
      const order = stableOrder(addresses);
      return [order.filter((one) => !one.includes(":")).length, order.length];
    };
    assert.deepEqual(count([...many("192.0.2."), ...many("2001:db8::")]), [8, 16]);
    assert.deepEqual(count([...many("192.0.2."), "2001:db8::1"]), [15, 16]);
    assert.deepEqual(count(["192.0.2.1", ...many("2001:db8::")]), [1, 16]);
  });
});

describe("racingOrder", () => {
  it("takes turns from IPv6 on, in the order of the answer", () => {
    const addresses = ["192.0.2.9", "192.0.2.1", "192.0.2.1", "192.0.2.5", "2001:db8::1"];
    assert.deepEqual(racingOrder(addresses, true), [
      "2001:db8::1",
      "192.0.2.9",
      "192.0.2.1",
      "192.0.2.5",
    ]);
  });

  it("leaves IPv6 for the end without a route", () => {
    assert.deepEqual(racingOrder(["2001:db8::1", "192.0.2.9"], false), [
      "192.0.2.9",
      "2001:db8::1",
    ]);
  });
});

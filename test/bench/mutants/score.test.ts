import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readAccepted, staleAmong } from "../../../bench/mutants/accepted.ts";
import { listMutants } from "../../../bench/mutants/list-mutants.ts";
import { orderMutants } from "../../../bench/mutants/order-mutants.ts";
import type { Verdict } from "../../../bench/mutants/run-mutant.ts";
import {
  foundAccepted,
  isTooLow,
  LEAST_PERCENT,
  scoreOf,
  scoresByRoom,
  survivorsOf,
} from "../../../bench/mutants/score.ts";

const MUTANTS = [
  ...listMutants("shared/a/a.ts", "const a = 5;\nconst b = c < d;"),
  ...listMutants("shared/b/b.ts", "const a = true;"),
];

function verdictsWith(...ends: readonly Verdict["end"][]): Verdict[] {
  return MUTANTS.map((mutant, i) => ({ mutant, end: ends[i] ?? "killed", failure: null }));
}

const ACCEPTED = readAccepted(
  `${JSON.stringify({ file: "shared/a/a.ts", from: "const a = 5;", to: "const a = 6;", why: "x" })}\n`,
);

describe("scoreOf", () => {
  test("counts hangs and crashes as killed, and leaves accepted mutants out", () => {
    const verdicts = verdictsWith("survived", "timeout", "crash", "uncovered", "killed");
    const isAccepted = verdicts[0]?.mutant.to === "const a = 6;" ? 0 : 1;
    assert.deepEqual(scoreOf(verdicts, []), { killed: 3, total: 5 });
    assert.deepEqual(scoreOf(verdicts, ACCEPTED), { killed: 3 - isAccepted, total: 4 });
  });

  test("is told for every room", () => {
    const verdicts = verdictsWith("survived", "killed", "killed", "killed", "survived");
    assert.deepEqual(
      [...scoresByRoom(verdicts, [])],
      [
        ["shared/a", { killed: 3, total: 4 }],
        ["shared/b", { killed: 0, total: 1 }],
      ],
    );
  });
});

describe("isTooLow", () => {
  const CASES = [
    [LEAST_PERCENT, 100, false, false],
    [LEAST_PERCENT - 1, 100, false, true],
    [LEAST_PERCENT - 1, 100, true, false],
    [LEAST_PERCENT - 20, 100, true, true],
    [0, 3, true, true],
    [0, 0, false, false],
  ] as const;
  for (const [killed, total, isSample, tooLow] of CASES)
    test(`is ${tooLow} for ${killed} of ${total}, a sample: ${isSample}`, () =>
      assert.equal(isTooLow({ killed, total }, isSample), tooLow));
});

describe("accepted mutants", () => {
  test("are no survivors, and are told when a test finds them", () => {
    const survived = verdictsWith("survived", "survived", "survived", "survived", "survived");
    assert.equal(survivorsOf(survived, ACCEPTED).length, 4);
    assert.deepEqual(foundAccepted(survived, ACCEPTED), []);
    assert.equal(foundAccepted(verdictsWith(), ACCEPTED).length, 1);
  });

  test("are stale when their line has changed", () => {
    const changed = listMutants("shared/a/a.ts", "const a = 7;");
    assert.deepEqual(staleAmong(ACCEPTED, MUTANTS, ["shared/a/a.ts"]), []);
    assert.deepEqual(staleAmong(ACCEPTED, changed, ["shared/a/a.ts"]), ACCEPTED);
    assert.deepEqual(staleAmong(ACCEPTED, [], ["shared/b/b.ts"]), []);
  });

  test("need a reason each", () =>
    assert.throws(() => readAccepted('{"file":"a","from":"b","to":"c","why":""}'), {
      message: "line 1 of the accepted mutants must have file, from, to and why",
    }));
});

describe("orderMutants", () => {
  test("takes one of every file in turn, by the seed alone", () => {
    const ordered = orderMutants(MUTANTS, "1");
    assert.equal(ordered.length, MUTANTS.length);
    assert.deepEqual(new Set(ordered.slice(0, 2).map(({ file }) => file)).size, 2);
    assert.deepEqual(
      orderMutants(MUTANTS.toReversed(), "1")
        .map(({ to }) => to)
        .toSorted(),
      ordered.map(({ to }) => to).toSorted(),
    );
    assert.deepEqual(orderMutants(MUTANTS, "1"), ordered);
    const orders = ["1", "2", "3", "4"].map((seed) => JSON.stringify(orderMutants(MUTANTS, seed)));
    assert.ok(new Set(orders).size > 1);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { RegionHealth } from "../../../shared/health/model.ts";
import {
  advanceHealth,
  type HealthPolicy,
  type HealthSample,
} from "../../../shared/health/region-health.ts";
import { INITIAL_HEALTH } from "../../../shared/health/task-state.ts";
import { NOON } from "./windows.ts";

const SCHEDULE_MS = 60_000;

const DEFAULTS: HealthPolicy = { failureThreshold: 4, successThreshold: 2, failures: null };

/** Letters as samples: p and f of slots, P and F of rechecks, u uncounted, m missed. */
function samplesOf(letters: string, stepMs = SCHEDULE_MS, fromMs = NOON): HealthSample[] {
  return [...letters].flatMap((letter, i) => {
    if (letter === "m") return [];
    const verdicts = { p: "passed", f: "failed", u: "uncounted" } as const;
    const verdict = verdicts[letter.toLowerCase() as keyof typeof verdicts];
    const atMs = fromMs + i * stepMs;
    return { atMs, verdict, isRecheck: letter !== letter.toLowerCase() };
  });
}

function after(letters: string, policy = DEFAULTS, from = INITIAL_HEALTH): RegionHealth {
  const by = { policy, scheduleMs: SCHEDULE_MS };
  return samplesOf(letters).reduce((health, sample) => advanceHealth(health, sample, by), from);
}

describe("advanceHealth", () => {
  const turns = [
    { of: "pppp", is: ["healthy", 0, 0] },
    { of: "fff", is: ["healthy", 3, 0] },
    { of: "ffff", is: ["unhealthy", 4, 0] },
    { of: "fFFF", is: ["unhealthy", 4, 0] },
    { of: "fffpfff", is: ["healthy", 3, 0] },
    { of: "ffuf", is: ["healthy", 3, 0] },
    { of: "ffufmf", is: ["unhealthy", 4, 0] },
    { of: "fffffp", is: ["unhealthy", 0, 1] },
    { of: "fffffpP", is: ["healthy", 0, 0] },
    { of: "fffffpup", is: ["healthy", 0, 0] },
    { of: "fffffpfp", is: ["unhealthy", 0, 1] },
    { of: "ffffpf", is: ["unhealthy", 1, 0] },
    { of: "uuuuuu", is: ["healthy", 0, 0] },
  ] as const;
  for (const { of, is } of turns) {
    it(`is ${is.join(" ")} after ${of}`, () => {
      const { status, failCount, passCount } = after(of);
      assert.deepEqual([status, failCount, passCount], is);
    });
  }

  it("returns the same object for a passed check of a healthy region, and for one that does not count", () => {
    const by = { policy: DEFAULTS, scheduleMs: SCHEDULE_MS };
    for (const letter of ["p", "P", "u"]) {
      for (const sample of samplesOf(letter)) {
        assert.equal(advanceHealth(INITIAL_HEALTH, sample, by), INITIAL_HEALTH);
      }
    }
    const down = after("ffff");
    for (const sample of samplesOf("u", SCHEDULE_MS, NOON + 9 * SCHEDULE_MS)) {
      assert.equal(advanceHealth(down, sample, by), down);
    }
  });

  it("ignores a sample that is not later than the last one that moved it", () => {
    const by = { policy: DEFAULTS, scheduleMs: SCHEDULE_MS };
    const health = after("ff");
    const early = { atMs: NOON + SCHEDULE_MS, verdict: "passed", isRecheck: false } as const;
    assert.equal(advanceHealth(health, early, by), health);
    assert.notEqual(advanceHealth(health, { ...early, atMs: early.atMs + 1 }, by), health);
  });

  it("knows since when and how long it fails, and when it was down last", () => {
    const failing = after("ppff");
    assert.equal(failing.failingSinceMs, NOON + SCHEDULE_MS);
    assert.equal(failing.firstFailAtMs, NOON + 2 * SCHEDULE_MS);
    assert.equal(failing.lastFailAtMs, NOON + 3 * SCHEDULE_MS);
    assert.equal(failing.lastDownAtMs, null);
    const down = after("pfffff");
    assert.equal(down.unhealthySinceMs, NOON + 4 * SCHEDULE_MS);
    assert.equal(down.lastDownAtMs, NOON + 5 * SCHEDULE_MS);
    const back = after("pfffffpp");
    assert.deepEqual(
      [back.failingSinceMs, back.firstFailAtMs, back.lastFailAtMs],
      [null, null, null],
    );
    assert.equal(back.unhealthySinceMs, null);
    assert.equal(back.lastDownAtMs, NOON + 5 * SCHEDULE_MS);
  });

  it("turns at the first sample with thresholds of one", () => {
    const one = { ...DEFAULTS, failureThreshold: 1, successThreshold: 1 };
    assert.equal(after("f", one).status, "unhealthy");
    assert.equal(after("fp", one).status, "healthy");
  });

  it("asks for more failures in a row where checks fail now and then", () => {
    // Half of the checks fail: 0.6 of them are the most that counts, and 0.6^14 is under 0.001.
    const shaky = { ...INITIAL_HEALTH, share: { value: 0.5, atMs: NOON - SCHEDULE_MS } };
    assert.equal(after("ffff", DEFAULTS, shaky).status, "healthy");
    assert.equal(after("fffffffff", DEFAULTS, shaky).status, "healthy");
    assert.equal(after("f".repeat(14), DEFAULTS, shaky).status, "unhealthy");
    const quarter = { ...INITIAL_HEALTH, share: { value: 0.2, atMs: NOON - SCHEDULE_MS } };
    assert.equal(after("fFFF", DEFAULTS, quarter).status, "healthy");
    assert.equal(after("fFFFF", DEFAULTS, quarter).status, "unhealthy");
  });

  it("takes a threshold below four as the user's word", () => {
    const shaky = { ...INITIAL_HEALTH, share: { value: 0.5, atMs: NOON - SCHEDULE_MS } };
    assert.equal(after("fff", { ...DEFAULTS, failureThreshold: 3 }, shaky).status, "unhealthy");
  });

  it("learns the share from scheduled checks only, and forgets it", () => {
    const once = after("f");
    assert.equal(once.share?.value.toFixed(4), (0.01 + 0.99 / 60).toFixed(4));
    assert.deepEqual(after("fFF").share, once.share);
    const later = after(`f${"m".repeat(599)}f`);
    assert.equal(later.share?.value.toFixed(4), once.share?.value.toFixed(4));
    const soon = after(`f${"m".repeat(9)}f`).share?.value ?? 0;
    assert.ok(soon > 0.0375 && soon < 0.0425, String(soon));
  });

  const counted = [
    { of: "fpf", is: "healthy" },
    { of: "fpfpf", is: "unhealthy" },
    { of: "fpfppf", is: "healthy" },
    { of: "fppppff", is: "healthy" },
    { of: "ffuf", is: "unhealthy" },
    { of: "fpfpfpp", is: "healthy" },
  ] as const;
  for (const { of, is } of counted) {
    it(`with "3 of 5" is ${is} after ${of}`, () => {
      const policy = { ...DEFAULTS, failureThreshold: 1, failures: { failed: 3, of: 5 } };
      assert.equal(after(of, policy).status, is);
    });
  }

  it("forgets the verdicts of a rule such as 3 of 5 when all of them passed", () => {
    const policy = { ...DEFAULTS, failures: { failed: 3, of: 5 } };
    assert.equal(after("fpp", policy).recent, "FPP");
    assert.equal(after("fppppp", policy).recent, "");
  });

  it("moves by the samples alone, however often and in whatever portions they come", () => {
    const letters = fc.array(fc.constantFrom(..."ppppfffFFPu"), { maxLength: 60 });
    fc.assert(
      fc.property(letters, fc.array(fc.nat(60)), (all, cuts) => {
        const by = { policy: DEFAULTS, scheduleMs: SCHEDULE_MS };
        const samples = samplesOf(all.join(""), 5_000);
        const fold = (health: RegionHealth, some: readonly HealthSample[]) =>
          some.reduce((held, sample) => advanceHealth(held, sample, by), health);
        let inPortions = INITIAL_HEALTH;
        for (const cut of cuts.toSorted((a, b) => a - b)) {
          inPortions = fold(inPortions, samples.slice(0, cut));
        }
        assert.deepEqual(fold(inPortions, samples), fold(INITIAL_HEALTH, samples));
      }),
    );
  });
});

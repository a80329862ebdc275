import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Finding } from "../../../shared/health/rules/rules.ts";
import {
  availabilityBallot,
  mainErrorKind,
  statusBallot,
  takeVote,
  type Voter,
} from "../../../shared/health/votes.ts";
import { ERROR_KINDS } from "../../../shared/result/result.ts";
import { policyWith, regionWindow } from "./windows.ts";

const { figures } = regionWindow("pf");

function voter(region: string, findings: readonly Finding[] | null): Voter {
  return { region, figures, health: "healthy", findings, awaited: true };
}

function finding(aspect: Finding["aspect"], severity: Finding["severity"] = "critical"): Finding {
  const rule = aspect === "latency" ? "avg_connect_time_ms" : "failure_percent";
  return { aspect, severity, rule, value: 2, limit: 1 };
}

describe("takeVote's quorum", () => {
  /** Votes needed by quorum, for 0 to 5 regions that vote. */
  const NEEDED = [
    { quorum: "majority", needed: [0, 1, 2, 2, 3, 3] },
    { quorum: 1, needed: [0, 1, 1, 1, 1, 1] },
    { quorum: 2, needed: [0, 1, 2, 2, 2, 2] },
    { quorum: 3, needed: [0, 1, 2, 3, 3, 3] },
    { quorum: 100, needed: [0, 1, 2, 3, 4, 5] },
  ] as const;
  for (const { quorum, needed } of NEEDED) {
    for (const [voting, votesNeeded] of needed.entries()) {
      it(`${quorum} needs ${votesNeeded} of ${voting}, however many are silent`, () => {
        for (let breaching = 0; breaching <= voting; breaching++) {
          for (const silent of [0, 1, 7]) {
            const voters = Array.from({ length: voting + silent }, (_, i) => {
              if (i >= voting) return voter(`s${i}`, null);
              return voter(`v${i}`, i < breaching ? [finding("availability")] : []);
            });
            const tally = takeVote(voters, "critical", { aspects: ["availability"], quorum });
            assert.equal(tally.votesNeeded, votesNeeded);
            assert.equal(tally.reached, voting > 0 && breaching >= votesNeeded);
            assert.equal(tally.votes.length, voting + silent);
          }
        }
      });
    }
  }
});

describe("takeVote's vote", () => {
  const both = [finding("availability", "warning"), finding("latency", "critical")];
  const none = { rule: null, value: null, limit: null };
  const cases = [
    { findings: null, severity: "warning", vote: "none", ...none },
    { findings: [], severity: "warning", vote: "fine", ...none },
    { findings: both, severity: "warning", vote: "breach", rule: "failure_percent" },
    { findings: both, severity: "critical", vote: "breach", rule: "avg_connect_time_ms" },
    { findings: both.slice(0, 1), severity: "critical", vote: "fine", ...none },
    { findings: both.slice(1), severity: "warning", vote: "breach", rule: "avg_connect_time_ms" },
  ] as const;
  for (const { findings, severity, vote, rule } of cases) {
    const said = findings?.map((each) => `${each.severity} ${each.aspect}`).join(" and ") ?? null;
    it(`at ${severity} is ${vote} by ${rule} of ${said ?? "no report"}`, () => {
      const ballot = { aspects: ["availability", "latency"], quorum: 1 } as const;
      const [cast] = takeVote([voter("a", findings)], severity, ballot).votes;
      const evidence = rule === null ? none : { rule, value: 2, limit: 1 };
      assert.deepEqual(cast, { region: "a", vote, ...evidence, figures, health: "healthy" });
    });
  }

  it("looks at the ballot's aspects alone", () => {
    const ballot = { aspects: ["availability"], quorum: 1 } as const;
    const [cast] = takeVote([voter("a", [finding("latency")])], "warning", ballot).votes;
    assert.equal(cast?.vote, "fine");
  });
});

describe("a ballot", () => {
  it("on the status leaves latency out if the nearest region decides it", () => {
    const each = policyWith({ latencyScope: "each", quorum: 2 });
    assert.deepEqual(statusBallot(each), { aspects: ["availability", "latency"], quorum: 2 });
    const nearest = policyWith({ latencyScope: "nearest", quorum: 3 });
    assert.deepEqual(statusBallot(nearest), { aspects: ["availability"], quorum: 3 });
  });

  it("on availability leaves latency out always", () => {
    const each = policyWith({ latencyScope: "each" });
    assert.deepEqual(availabilityBallot(each), { aspects: ["availability"], quorum: "majority" });
  });
});

describe("mainErrorKind", () => {
  const of = (failuresByKind: Partial<Record<string, number>>) => ({ ...figures, failuresByKind });

  for (const kind of ERROR_KINDS) {
    const isOfTarget = kind !== "internal" && kind !== "unsupported";
    it(`is ${isOfTarget ? kind : "null"} of ${kind} alone`, () => {
      assert.equal(mainErrorKind([of({ [kind]: 1 })]), isOfTarget ? kind : null);
    });
  }

  it("adds up over regions, and takes the first kind among equals", () => {
    assert.equal(mainErrorKind([of({ reset: 2, timeout: 1 }), of({ timeout: 2 })]), "timeout");
    assert.equal(mainErrorKind([of({ reset: 2 }), of({ timeout: 1, refused: 1 })]), "reset");
    assert.equal(mainErrorKind([of({ reset: 1, timeout: 1 })]), "timeout");
    assert.equal(mainErrorKind([of({ internal: 9, reset: 1 })]), "reset");
    assert.equal(mainErrorKind([of({})]), null);
    assert.equal(mainErrorKind([]), null);
  });
});

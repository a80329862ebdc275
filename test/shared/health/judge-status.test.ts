import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TaskState, TaskStatus } from "../../../shared/health/health.ts";
import { judgeNearestLatency, judgeStatus } from "../../../shared/health/judge-status.ts";
import type { Finding, Severity } from "../../../shared/health/rules/rules.ts";
import { INITIAL_STATE } from "../../../shared/health/task-state.ts";
import type { Voter } from "../../../shared/health/votes.ts";
import { DEFAULTS, policyWith, regionWindow } from "./windows.ts";

type Level = "fine" | Severity;

function slow(severity: Severity): Finding {
  const limit = severity === "critical" ? 500 : 100;
  return { aspect: "latency", severity, rule: "avg_connect_time_ms", value: limit + 10, limit };
}

/** A region that reports an average of a level. */
function reports(region: string, level: Level): Voter {
  const { figures } = regionWindow(`pp@${{ fine: 10, warning: 110, critical: 510 }[level]}`);
  const findings = level === "fine" ? [] : [slow(level)];
  return { region, figures, health: "healthy", findings, awaited: true };
}

/** A region whose report is due and does not come. */
const missing: Voter = {
  region: "z",
  figures: regionWindow("mm").figures,
  health: "healthy",
  findings: null,
  awaited: true,
};

function held(status: TaskStatus, rule: TaskState["rule"]): TaskState {
  return { ...INITIAL_STATE, status, rule };
}

const STATES = [
  INITIAL_STATE,
  held("WARNING", "avg_connect_time_ms"),
  held("CRITICAL", "avg_connect_time_ms"),
  held("WARNING", "failure_percent"),
  held("CRITICAL", "failure_percent"),
  held("CRITICAL", "no_success_minutes"),
  held("NO_DATA", "no_data"),
];

const LEVELS: readonly Level[] = ["fine", "warning", "critical"];
const STATUS_OF = { fine: "OK", warning: "WARNING", critical: "CRITICAL" } as const;

describe("judgeStatus by latency", () => {
  for (const state of STATES) {
    for (const level of LEVELS) {
      const before = state.rule === null ? state.status : `${state.status} by ${state.rule}`;
      it(`is ${STATUS_OF[level]} after ${before} if the nearest region's is ${level}`, () => {
        const { status, rule } = judgeStatus(state, [reports("a", level)], DEFAULTS);
        assert.equal(status, STATUS_OF[level]);
        assert.equal(rule, level === "fine" ? null : "avg_connect_time_ms");
      });

      const kept = statusWhileUnknown(state, level);
      it(`is ${kept} after ${before} if the nearest is missing and the next is ${level}`, () => {
        const { status, rule } = judgeStatus(state, [reports("a", level), missing], DEFAULTS);
        assert.equal(status, kept);
        assert.equal(rule, kept === "OK" ? null : "avg_connect_time_ms");
      });
    }
  }

  /** What is not known holds what latency raised, at most as high as the known averages reach. */
  function statusWhileUnknown({ status, rule }: TaskState, level: Level): TaskStatus {
    if (rule !== "avg_connect_time_ms" || level === "fine") return "OK";
    return status === "CRITICAL" && level === "critical" ? "CRITICAL" : "WARNING";
  }

  it("shows the region with the least average, whatever the order of the regions", () => {
    const [far, near] = [reports("a", "critical"), reports("b", "warning")];
    for (const voters of [
      [far, near],
      [near, far],
    ]) {
      const { status, tally } = judgeStatus(INITIAL_STATE, voters, DEFAULTS);
      assert.equal(status, "WARNING");
      assert.equal(tally.votesNeeded, 1);
      assert.equal(tally.reached, true);
      const breaching = tally.votes.filter(({ vote }) => vote === "breach");
      assert.deepEqual(
        breaching.map(({ region, rule, value, limit }) => [region, rule, value, limit]),
        [["b", "avg_connect_time_ms", 110, 100]],
      );
    }
  });

  it("shows the first of two regions with the same average", () => {
    const voters = [reports("a", "warning"), reports("b", "warning")];
    const { votes } = judgeStatus(INITIAL_STATE, voters, DEFAULTS).tally;
    assert.deepEqual(
      votes.map(({ region, vote }) => `${region} ${vote}`),
      ["a breach", "b fine"],
    );
  });

  it("leaves latency to the votes if each region votes on its own", () => {
    const each = policyWith({ latencyScope: "each" });
    const voters = [reports("a", "critical"), reports("b", "warning"), reports("c", "fine")];
    const { status, tally } = judgeStatus(INITIAL_STATE, voters, each);
    assert.equal(status, "WARNING");
    assert.equal(tally.votesNeeded, 2);
    assert.equal(judgeStatus(INITIAL_STATE, [...voters, missing], each).status, "WARNING");
  });
});

describe("judgeNearestLatency", () => {
  /** A region that keeps an earlier vote and has no figures of this window. */
  function keeps(region: string, level: Level): Voter {
    const { figures } = regionWindow("");
    return { ...reports(region, level), figures, awaited: false };
  }

  /** A region that reports failures only. */
  const failing: Voter = { ...reports("f", "fine"), figures: regionWindow("ff").figures };
  const idle: Voter = { ...missing, awaited: false };

  const cases: readonly (readonly [string, readonly Voter[], string, string])[] = [
    ["no region at all", [], "fine", "fine"],
    ["a missing region alone", [missing], "fine", "fine"],
    ["kept votes alone", [keeps("a", "critical")], "fine", "fine"],
    ["a kept fine vote", [reports("a", "critical"), keeps("b", "fine")], "fine", "fine"],
    ["a kept slow vote", [reports("a", "critical"), keeps("b", "warning")], "breach", "fine"],
    ["a region that only fails", [reports("a", "critical"), failing], "unknown", "unknown"],
    ["a region without a due report", [reports("a", "critical"), idle], "breach", "breach"],
    ["a missing region", [reports("a", "warning"), missing], "unknown", "fine"],
    ["all regions slow", [reports("a", "critical"), reports("b", "critical")], "breach", "breach"],
    ["one region fast", [reports("a", "critical"), reports("b", "fine")], "fine", "fine"],
  ];
  for (const [name, voters, atWarning, atCritical] of cases) {
    it(`says ${atWarning} at warning and ${atCritical} at critical with ${name}`, () => {
      assert.equal(judgeNearestLatency(voters, "warning"), atWarning);
      assert.equal(judgeNearestLatency(voters, "critical"), atCritical);
    });
  }
});

describe("judgeStatus by votes", () => {
  function fails(region: string, rule: Finding["rule"], severity: Severity = "critical"): Voter {
    const finding: Finding = { aspect: "availability", severity, rule, value: 1, limit: 0 };
    return { ...reports(region, "fine"), findings: [finding] };
  }

  it("names the rule that most breaching regions name", () => {
    const voters = [
      fails("a", "no_success_minutes"),
      fails("b", "failure_percent"),
      fails("c", "failure_percent"),
    ];
    assert.equal(judgeStatus(INITIAL_STATE, voters, DEFAULTS).rule, "failure_percent");
  });

  it("names the first region's rule among equals", () => {
    const voters = [fails("a", "no_success_minutes"), fails("b", "failure_percent")];
    assert.equal(judgeStatus(INITIAL_STATE, voters, DEFAULTS).rule, "no_success_minutes");
    assert.equal(judgeStatus(INITIAL_STATE, voters.toReversed(), DEFAULTS).rule, "failure_percent");
  });

  it("puts failures before latency of the same severity, and critical latency before warnings", () => {
    const both = { ...fails("a", "failure_percent"), figures: regionWindow("pf@510").figures };
    const voter = { ...both, findings: [...(both.findings ?? []), slow("critical")] };
    const failing = judgeStatus(INITIAL_STATE, [voter], DEFAULTS);
    assert.deepEqual([failing.status, failing.rule], ["CRITICAL", "failure_percent"]);
    const mild = fails("a", "failure_percent", "warning").findings ?? [];
    const slower = { ...voter, findings: [...mild, slow("critical")] };
    const slowest = judgeStatus(INITIAL_STATE, [slower], DEFAULTS);
    assert.deepEqual([slowest.status, slowest.rule], ["CRITICAL", "avg_connect_time_ms"]);
  });
});

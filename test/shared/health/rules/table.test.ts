import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type AlertOverrides,
  type AlertRules,
  countsAs,
  type Finding,
  findingsOf,
  RULES,
  ruleNamed,
} from "../../../../shared/health/rules/rules.ts";
import { type Figures, firstSynAverage } from "../../../../shared/summary/summary.ts";
import { MINUTE_MS } from "../../../../shared/units.ts";
import { policyWith, regionWindow } from "../windows.ts";

interface Row {
  readonly short: string;
  readonly failingForMs?: number;
  readonly alert?: AlertOverrides;
  readonly failure?: string;
  readonly latency?: string;
}

const p = (count: number) => "p".repeat(count);
const onlyNoSuccess: AlertOverrides = {
  warning: { failurePercent: false, successPercentOfExpected: false },
  critical: { failurePercent: false },
};
const onlySuccess: AlertOverrides = {
  warning: { failurePercent: false },
  critical: { failurePercent: false, noSuccessMinutes: false },
};

const rows: readonly Row[] = [
  { short: "pppp" },
  { short: `${p(19)}f` },
  { short: `${p(18)}f`, failure: "warning failure_percent 5.26 > 5" },
  { short: `${p(8)}ff`, failure: "warning failure_percent 20 > 5" },
  { short: `${p(7)}ff`, failure: "critical failure_percent 22.22 > 20" },
  { short: "ffff", failure: "critical failure_percent 100 > 20" },
  { short: "pppmmm" },
  { short: "pppuuu" },
  { short: "pp", alert: { critical: { failurePercent: 0 } } },
  { short: `${p(9)}f`, alert: onlySuccess },
  { short: `${p(8)}f`, alert: onlySuccess, failure: "warning successful_connections 8 > 8.1" },
  { short: `${p(9)}mmmmmu`, alert: onlySuccess },
  {
    short: "ppf",
    alert: { critical: { successPercentOfExpected: 70, failurePercent: false } },
    failure: "critical successful_connections 2 > 2.1",
  },
  { short: "ffff", failingForMs: 4.9 * MINUTE_MS, alert: onlyNoSuccess },
  {
    short: "ffff",
    failingForMs: 5 * MINUTE_MS,
    alert: onlyNoSuccess,
    failure: "critical no_success_minutes 5 > 5",
  },
  { short: "pfff", failingForMs: 5 * MINUTE_MS, alert: onlyNoSuccess },
  { short: "pppp@100" },
  { short: "pppp@100.001", latency: "warning avg_connect_time_ms 100 > 100" },
  { short: "pppp@500", latency: "warning avg_connect_time_ms 500 > 100" },
  { short: "pppp@501", latency: "critical avg_connect_time_ms 501 > 500" },
  {
    short: "pppp@501",
    alert: { critical: { avgConnectTimeMs: false } },
    latency: "warning avg_connect_time_ms 501 > 100",
  },
  {
    short: "pppp@501",
    alert: { critical: { avgConnectTimeMs: false }, warning: { avgConnectTimeMs: false } },
  },
  // One lost SYN adds a second to one check: 510 ms on average of two, 1,010 of one.
  { short: "pr@10" },
  { short: "r@10" },
  { short: "rrrr@10" },
  { short: "prrr@501", latency: "critical avg_connect_time_ms 501 > 500" },
  { short: "pppp@none" },
  {
    short: "pppf@600",
    failure: "critical failure_percent 25 > 20",
    latency: "critical avg_connect_time_ms 600 > 500",
  },
];

function evidenceOf(figures: Figures, failingForMs: number | null) {
  return { ...figures, firstSynAverageMs: firstSynAverage(figures), failingForMs };
}

describe("findingsOf", () => {
  for (const row of rows) {
    const said = [row.failure, row.latency].filter((each) => each !== undefined);
    const limits = row.alert === undefined ? "" : ` under ${JSON.stringify(row.alert)}`;
    it(`says ${said.join(" and ") || "fine"} of ${row.short}${limits}`, () => {
      const { figures } = regionWindow(row.short);
      const evidence = evidenceOf(figures, row.failingForMs ?? null);
      const findings = findingsOf(evidence, policyWith(row.alert ?? {}));
      const of = (aspect: string) => findings.find((finding) => finding.aspect === aspect);
      assert.equal(inShort(of("availability")), row.failure ?? "fine");
      assert.equal(inShort(of("latency")), row.latency ?? "fine");
    });
  }
});

describe("countsAs", () => {
  const cases = [
    ["warning", "warning", true],
    ["warning", "critical", false],
    ["critical", "warning", true],
    ["critical", "critical", true],
  ] as const;
  for (const [severity, at, expected] of cases) {
    it(`says ${expected} of a ${severity} finding at ${at}`, () => {
      const rule = { aspect: "latency", rule: "avg_connect_time_ms", value: 2, limit: 1 } as const;
      assert.equal(countsAs({ ...rule, severity }, at), expected);
    });
  }
});

describe("ruleNamed", () => {
  for (const rule of RULES) {
    it(`finds ${rule.name}`, () => assert.equal(ruleNamed(rule.name), rule));
  }

  for (const name of ["no_data", "recovered", "failurePercent", null]) {
    it(`finds no threshold that is named ${name}`, () => assert.equal(ruleNamed(name), null));
  }
});

describe("the findings of one region", () => {
  const all = policyWith({
    warning: { avgConnectTimeMs: 1, failurePercent: 0, successPercentOfExpected: 100 },
    critical: { avgConnectTimeMs: 1, failurePercent: 0, successPercentOfExpected: 100 },
  });
  const evidence = evidenceOf(regionWindow("pf@600").figures, 60 * MINUTE_MS);

  it("are one of each aspect, availability first, with value and limit", () => {
    assert.deepEqual(findingsOf(evidence, all), [
      {
        aspect: "availability",
        severity: "critical",
        rule: "failure_percent",
        value: 50,
        limit: 0,
      },
      {
        aspect: "latency",
        severity: "critical",
        rule: "avg_connect_time_ms",
        value: 600,
        limit: 1,
      },
    ]);
  });

  /** Rules of one aspect in order of precedence, each when those before it are off. */
  const order = [
    [{}, "failure_percent"],
    [{ failurePercent: false }, "successful_connections"],
    [{ failurePercent: false, successPercentOfExpected: false }, "no_success_minutes"],
  ] as const;
  for (const severity of ["warning", "critical"] as const) {
    for (const [off, rule] of order) {
      it(`name ${rule} first at ${severity} if ${JSON.stringify(off)}`, () => {
        const on = { ...all.critical, noSuccessMinutes: 1, ...off };
        const none = Object.fromEntries(RULES.map(({ key }) => [key, false])) as AlertRules;
        const limits = { warning: none, critical: none, [severity]: on };
        const failing = evidenceOf(regionWindow("ff").figures, 60 * MINUTE_MS);
        const [first, ...others] = findingsOf(failing, limits);
        assert.deepEqual([first?.severity, first?.rule], [severity, rule]);
        assert.deepEqual(others, []);
      });
    }
  }
});

function inShort(finding: Finding | undefined): string {
  if (finding === undefined) return "fine";
  const value = Math.round(Number(finding.value) * 100) / 100;
  return `${finding.severity} ${finding.rule} ${value} > ${finding.limit}`;
}

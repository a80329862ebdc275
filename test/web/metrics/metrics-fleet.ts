import { INITIAL_HEALTH, INITIAL_STATE } from "../../../shared/health/health.ts";
import { figuresOf, type JudgedCheck, summarise } from "../../../shared/summary/summary.ts";
import type { Task } from "../../../shared/task/task.ts";
import { type EpochMs, MINUTE_MS } from "../../../shared/units.ts";
import { FakeFleet } from "../../fakes/fleet-sources.ts";
import { aFailure, aResult, aTask } from "../../fakes/results.ts";

/** The end of the newest judged minute, and how much later somebody looks. */
export const JUDGED_TO_MS = Date.UTC(2026, 0, 10, 12, 30);
export const LOOK_MS = JUDGED_TO_MS + 40_000;

export const HOSTILE = '<script>alert("1")</script>\n\\ 😀 =1+1';

const WEB = aTask("web", { targetId: "shop" });
const SLOW = aTask("slow", { scheduleMs: 10 * MINUTE_MS });
const ODD = aTask(HOSTILE, { targetId: 'a"b\\c\nd' });

function check(verdict: JudgedCheck["verdict"], connectTimeMs: number | null): JudgedCheck {
  const errorKind = verdict === "passed" ? null : "refused";
  const synRetransmits = connectTimeMs === 1_000 ? 1 : 0;
  return { slotAtMs: 0, verdict, errorKind, connectTimeMs, synRetransmits };
}

async function summariseMinute(
  fleet: FakeFleet,
  task: Task,
  endMs: EpochMs,
  checks: Readonly<Record<string, readonly JudgedCheck[]>>,
): Promise<void> {
  const regions = Object.entries(checks).map(([name, own]) => {
    const figures = figuresOf({ expectedCount: 4 }, own);
    return [name, { covered: true, checks: own, rechecks: [], figures }] as const;
  });
  const period = { periodStartMs: endMs - MINUTE_MS, periodEndMs: endMs };
  const summary = summarise(
    task,
    { ...period, scheduleMs: task.scheduleMs, regions: Object.fromEntries(regions) },
    { complete: true, missingRegions: [], rev: 1 },
  );
  await fleet.summaries.putSummaries([summary]);
}

/** Two regions and three tasks: one is down from one region, one is slow to check, one is hostile. */
export async function startMetricsFleet(): Promise<FakeFleet> {
  const fleet = new FakeFleet(["eu-west-1", "us-east-1"], LOOK_MS);
  await fleet.plan([WEB, SLOW, ODD]);
  await fleet.tasks.putTasks([WEB, SLOW, ODD, aTask("off", { enabled: false })]);
  await fleet.progress.writeProgress({ watermarkMs: JUDGED_TO_MS, openWindows: [] });
  const termMs = JUDGED_TO_MS - MINUTE_MS;
  const passed = { task: "web", ...aResult({ slotAtMs: termMs + 15_000, tlsTimeMs: 20 }) };
  const failed = { task: "web", ...aFailure({ slotAtMs: termMs + 30_000 }) };
  await fleet.check("eu-west-1", termMs, [failed, passed]);
  await fleet.check("us-east-1", termMs, [passed]);
  await fleet.check("us-east-1", termMs, [{ task: HOSTILE, ...aResult({ slotAtMs: termMs }) }]);
  // It says nothing of the target.
  const uncounted = aFailure({ slotAtMs: termMs, outcome: "internal", dnsTimeMs: null });
  await fleet.check("eu-west-1", termMs, [{ task: HOSTILE, ...uncounted }]);
  await summariseMinute(fleet, WEB, JUDGED_TO_MS, {
    "eu-west-1": [check("passed", 10), check("failed", null), check("failed", null)],
    "us-east-1": [
      check("passed", 10),
      check("passed", 30),
      check("passed", 1_000),
      check("passed", 20),
    ],
  });
  await summariseMinute(fleet, SLOW, JUDGED_TO_MS - 5 * MINUTE_MS, {
    "eu-west-1": [check("passed", 5)],
    "us-east-1": [check("failed", null)],
  });
  await fleet.remember({
    task: { name: "web", host: WEB.host, targetId: "shop", tags: {} },
    state: {
      ...INITIAL_STATE,
      status: "CRITICAL",
      rule: "down",
      sinceMs: JUDGED_TO_MS - 90_000,
      sequence: 1,
      incident: { ...INITIAL_STATE.incident, number: 1, openedAtMs: JUDGED_TO_MS - 90_000 },
      regions: { "eu-west-1": { ...INITIAL_HEALTH, status: "unhealthy" } },
      certificates: [
        { ...certificate, untilMs: Date.UTC(2026, 1, 1), firstAtMs: 1, lastAtMs: JUDGED_TO_MS },
      ],
    },
  });
  return fleet;
}

const certificate = { id: "ab", fromMs: 0 };

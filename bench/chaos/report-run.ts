import type { Interval } from "../../shared/slot/slot.ts";
import { publish, type Row } from "../report.ts";
import { verdictRow } from "../verdict.ts";
import { DISTURBANCES } from "./disturb.ts";
import { type FleetEnd, judgeRun, judgeWeight, locationShare } from "./judge-run.ts";
import type { Run } from "./run.ts";

/** How many of the things that are wrong are shown for each claim. */
const SHOWN = 5;

const LEAST_SHARE = 0.6;

function losesAws({ scenario }: Run, measured: number): Row {
  const limit = scenario.agentTrouble === null ? 0 : 1;
  return verdictRow({
    claim: "times that the agent lost AWS",
    ...{ measured, limit, bound: "at least" },
  });
}

/** It is away for most of a run, so these are its late results; a kill loses some. */
function keepsItsChecks({ scenario }: Run, calm: FleetEnd, disturbed: FleetEnd): Row {
  const limit = scenario.agentTrouble === null ? 0 : LEAST_SHARE;
  const measured = locationShare(calm, disturbed);
  const claim = "the agent's checks, of those that it makes undisturbed";
  return verdictRow({ claim, ...{ measured, limit, bound: "at least" } });
}

/** Both fleets at the end. */
export interface Ends {
  readonly calm: FleetEnd;
  readonly disturbed: FleetEnd;
  readonly span: Interval;
  /** How often the disturbed fleet's agent lost AWS. */
  readonly losses: number;
}

/** Prints what went wrong and what must hold; says whether all of it does. */
export function reportRun(run: Run, { calm, disturbed, span, losses }: Ends): boolean {
  const { options, counts, scenario } = run;
  const judged = { tasks: scenario.tasks, span };
  const findings = judgeRun(calm, disturbed, judged);
  const done = [...counts].filter(([name]) => name in DISTURBANCES);
  const total = done.reduce((sum, [, count]) => sum + count, 0);
  const none = { limit: 0, bound: "at most" } as const;
  const rows: Row[] = [
    ...judgeWeight(calm, disturbed, { ...judged, disturbances: total }).map(verdictRow),
    losesAws(run, losses),
    keepsItsChecks(run, calm, disturbed),
    ...findings.map(({ claim, wrong }) => verdictRow({ claim, measured: wrong.length, ...none })),
  ];
  for (const { claim, wrong } of findings) {
    for (const sentence of wrong.slice(0, SHOWN)) process.stderr.write(`${claim}: ${sentence}\n`);
  }
  publish(
    "chaos",
    "What went wrong",
    [...counts].map(([disturbance, count]) => ({ disturbance, count })),
  );
  publish("chaos-verdicts", `What must hold, with --seed ${options.seed}`, rows);
  return rows.every(({ holds }) => holds === "yes");
}

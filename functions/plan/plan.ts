import { METRICS } from "../../shared/contract.ts";
import {
  countDrop,
  crowdedSentences,
  draftPlan,
  isRefused,
  type RegionDraft,
  refusalSentence,
} from "../../shared/plan/plan.ts";
import { PLAN_STATUS_NAME } from "../../shared/status/status.ts";
import type { EpochMs, RegionName } from "../../shared/units.ts";
import { findRejections, type ParsedItems, parseItems } from "./check-items.ts";
import { checkSettings } from "./check-settings.ts";
import { type RegionFailure, type Running, readRunning } from "./read-running.ts";
import type { PlanServices } from "./services.ts";
import { settlePlanStatus, settleStatuses } from "./settle-statuses.ts";
import { writeRegions } from "./write-regions.ts";

export { parseItems } from "./check-items.ts";
export type { PlanServices, RunLog } from "./services.ts";

const METRIC = METRICS.plan;

/** More are only counted: ten thousand statuses can fail for one reason. */
const SHOWN_SENTENCES = 10;

/** What the caller asks of a run. */
interface PlanOrder {
  /** Plan even if that drops most tasks, or replaces a plan that can't be read. */
  readonly force: boolean;
}

/** Reads the event that invoked the function. Fields that a scheduler adds are ignored. */
export function parsePlanEvent(event: unknown): PlanOrder {
  const isForced =
    typeof event === "object" && event !== null && "force" in event && event.force === true;
  return { force: isForced };
}

/** What is planned, and what runs now. */
interface Intake {
  readonly nowMs: EpochMs;
  readonly parsed: ParsedItems;
  readonly running: Running;
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * Plans the fleet once: reads the tasks, writes every region's plan, and stores which tasks do not
 * run as written. A failure stops nothing else; all failures are thrown together at the end.
 */
export async function planFleet(services: PlanServices, { force }: PlanOrder): Promise<void> {
  const nowMs = services.now();
  const items = await services.tasks.readTasks();
  const running = await readRunning(services, force);
  const parsed = parseItems(items, services.fleet);
  const counts = {
    [METRIC.tasks]: items.length,
    [METRIC.invalidTasks]: parsed.invalid.length,
  };
  const intake = { nowMs, parsed, running, counts };
  const drop = countDrop(running.tasks.keys(), new Set(items.map(({ name }) => name)));
  if (isRefused(drop) && !force) return refusePlan(services, intake, refusalSentence(drop));
  return writePlan(services, intake);
}

async function refusePlan(services: PlanServices, intake: Intake, refusal: string): Promise<void> {
  const { counts, nowMs, running } = intake;
  services.log({
    metrics: {
      ...counts,
      [METRIC.planRefused]: 1,
      [METRIC.regionsFailed]: running.failures.length,
    },
    refusal,
  });
  const finding = { status: "refused", problems: [refusal] } as const;
  const undelivered = await settlePlanStatus(services, finding, nowMs);
  throwAll([...running.failures.map(({ error }) => error), ...undelivered]);
}

async function writePlan(services: PlanServices, intake: Intake): Promise<void> {
  const { counts, nowMs, parsed, running } = intake;
  const lastGood = parsed.invalid.flatMap(({ name }) => running.tasks.get(name) ?? []);
  const drafts = draftPlan(services.fleet, [...parsed.valid, ...lastGood], nowMs);
  const written = await writeRegions(services, drafts, running);
  const rejections = findRejections({ ...parsed, fleet: services.fleet, drafts });
  const settings = await checkSettings(services, parsed);
  const unplanned = [...running.failures, ...written.failures];
  const isRetired = (region: RegionName) => services.fleet.retired?.includes(region) === true;
  const warnings = firstOf(
    [
      ...warningsOf(drafts, parsed),
      ...crowdedSentences(services.fleet, drafts),
      ...unplanned.filter(({ region }) => isRetired(region)).map(untoldSentence),
      ...settings.warnings,
    ],
    "warnings",
  );
  const plan = { status: "warning", problems: warnings } as const;
  const unsettled = await settleStatuses(services, { plan, rejections, nowMs }).catch(toErrors);
  const regionFailures = unplanned.filter(({ region }) => !isRetired(region));
  const failures = [
    ...regionFailures.map(({ error }) => error),
    ...unsettled,
    ...settings.failures,
  ];
  services.log({
    metrics: {
      ...counts,
      [METRIC.unsupportedTasks]: countUnsupported(drafts, parsed),
      [METRIC.overfullShards]: drafts.flatMap((draft) => draft.warnings).length,
      [METRIC.regionsFailed]: regionFailures.length,
      [METRIC.planRefused]: 0,
    },
    bundlesWritten: written.bundleCount,
    warnings,
    failures: failureSentences(failures),
  });
  throwAll(failures);
}

/** Warnings about the plan itself: shards that are too large, and a task with the plan's name. */
function warningsOf(drafts: readonly RegionDraft[], { invalid }: ParsedItems): string[] {
  const namesake = invalid.find(({ name }) => name === PLAN_STATUS_NAME);
  return [...drafts.flatMap((draft) => draft.warnings), ...(namesake?.problems ?? [])];
}

/** Its table may be gone already, which must raise no alarm. */
function untoldSentence({ error }: RegionFailure): string {
  return `${error.message}; it is retired and may not know: take it out of cdk.json once its stack is destroyed`;
}

function countUnsupported(drafts: readonly RegionDraft[], { valid }: ParsedItems): number {
  const unsupported = drafts.flatMap((draft) => draft.unsupported);
  const names = new Set(unsupported.map(({ taskName }) => taskName));
  return valid.filter(({ name }) => names.has(name)).length;
}

function toErrors(thrown: unknown): Error[] {
  return [new Error(`Task status could not be kept: ${String(thrown)}`, { cause: thrown })];
}

/** A sentence for each failure. */
function failureSentences(failures: readonly Error[]): string[] {
  return firstOf(
    failures.map(({ message }) => message),
    "failures",
  );
}

function firstOf(sentences: readonly string[], what: string): string[] {
  const moreCount = sentences.length - SHOWN_SENTENCES;
  if (moreCount <= 0) return [...sentences];
  return [...sentences.slice(0, SHOWN_SENTENCES), `${moreCount} more ${what} are not shown`];
}

/** Throws all failures as one error, so that the run fails and raises an alarm. */
function throwAll(failures: readonly Error[]): void {
  if (failures.length === 0) return;
  throw new AggregateError(failures, failureSentences(failures).join("; "));
}

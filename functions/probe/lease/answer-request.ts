import { hash32 } from "../../../shared/hash.ts";
import { type CheckRequest, isFresh } from "../../../shared/request/request.ts";
import { takeBackLease, termAround } from "../../../shared/slot/slot.ts";
import { type DurationMs, type EpochMs, SECOND_MS } from "../../../shared/units.ts";
import { FIRST_REQUEST_PART } from "../../ports/chunk-store.ts";
import { readPlan } from "./read-plan.ts";
import { runChecks } from "./run-checks.ts";
import type { ScheduledCheck } from "./scheduled-check.ts";
import type { CurrentPlan, ProbeServices } from "./services.ts";
import { RunTally } from "./tally-run.ts";

/** A request has no more checks than this; the tasks that it names beyond are left out. */
const MOST_CHECKS = 500;

/** A request that comes so soon is checked at its own instant, which is the same if it comes twice. */
const SOON_MS: DurationMs = 2 * SECOND_MS;

/** Each request has as many numbers for its parts as a term has. */
const REQUEST_NUMBERS = 900_000;

/** Log lines are short, and the id comes from outside. */
const SHOWN_ID = 64;

/**
 * Checks the named tasks of a shard now, and again if they fail, as rechecks: they count for health and
 * are in no figure. The results are filed under the lease's term. No lease is moved, and a request that
 * is old, comes twice or names unknown tasks does nothing.
 */
export async function answerRequest(request: CheckRequest, services: ProbeServices): Promise<void> {
  const { region, log, stop } = services;
  if (stop.aborted) return;
  const line = { function: "probe", region, shard: request.shard, metrics: {} } as const;
  const said = { ...line, request: request.id.slice(0, SHOWN_ID) };
  const reason = refuse(request, services);
  if (reason !== null) return log({ ...said, idle: reason });
  const [place, plan] = await Promise.all([
    findTerm(request.shard, services),
    findPlan(request.shard, services),
  ]);
  if (place === null || plan === null) return log({ ...said, idle: "No plan or no lease" });
  const dueAtMs = dueAt(request, services.clock.now());
  const scheduled = listAsked(plan, request, dueAtMs);
  const tally = new RunTally(services.warm.isCold, services.pacer);
  services.warm.isCold = false;
  const { shard } = request;
  const filing = { termFromMs: place, firstPart: firstPartOf(request), endsAtMs: dueAtMs };
  const ended = () => log({ ...said, asked: scheduled.length, rechecks: tally.rechecks });
  await runChecks({ shard, plan, ...filing, scheduled, tally, isAsked: true, ended }, services);
}

/** Why a request is not answered; null if it is, and then it is remembered. */
function refuse(request: CheckRequest, { warm, clock }: ProbeServices): string | null {
  const nowMs = clock.now();
  if (!isFresh(request, nowMs)) return "Asked too long ago, or by another clock";
  if (warm.requests.has(request.id)) return "Delivered twice";
  for (const [id, atMs] of warm.requests) {
    if (!isFresh({ atMs }, nowMs)) warm.requests.delete(id);
  }
  warm.requests.set(request.id, nowMs);
  return null;
}

/** The start of the term that is running, or of the last one; null if there is none. */
async function findTerm(shard: number, services: ProbeServices): Promise<EpochMs | null> {
  const stored = await services.leases.readLease(shard);
  if (stored === null || "damage" in stored) return null;
  const nowMs = services.clock.now();
  const lease = takeBackLease(stored, nowMs);
  const lastMs = (lease.runs.at(-1)?.toMs ?? 0) - 1;
  return termAround(lease, nowMs) ?? termAround(lease, lastMs);
}

/** Null also if home is of a version that takes a recheck for a slot's check. */
async function findPlan(shard: number, services: ProbeServices): Promise<CurrentPlan | null> {
  const { plans, warm } = services;
  const { plan } = await readPlan(plans, shard, warm.plans.get(shard) ?? null);
  if (plan !== null) warm.plans.set(shard, plan);
  return plan?.policy == null ? null : plan;
}

/** A chunk takes whole milliseconds. */
function dueAt({ atMs }: CheckRequest, nowMs: EpochMs): EpochMs {
  const isSoon = atMs <= nowMs && nowMs - atMs <= SOON_MS;
  return Math.floor(isSoon ? atMs : nowMs);
}

function listAsked(
  plan: CurrentPlan,
  { taskNames }: CheckRequest,
  slotAtMs: EpochMs,
): ScheduledCheck[] {
  const asked = new Set(taskNames);
  return [...plan.tasks.entries()]
    .filter(([, task]) => asked.has(task.name))
    .slice(0, MOST_CHECKS)
    .map(([taskIndex, task]) => ({ task, taskIndex, slotAtMs, isRecheck: true }));
}

/** The same for each delivery of a request. */
function firstPartOf({ id }: CheckRequest): number {
  return FIRST_REQUEST_PART * (1 + (hash32(id) % REQUEST_NUMBERS));
}

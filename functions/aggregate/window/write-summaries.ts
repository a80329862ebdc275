import { isDeepStrictEqual } from "node:util";
import { asStored, type Figures, type Summary } from "../../../shared/summary/summary.ts";
import { inParallel } from "../../in-parallel.ts";
import type { WindowMark } from "../../ports/alert-store.ts";
import type { AggregateServices } from "../aggregate.ts";

const PARALLEL_WRITES = 16;

/**
 * Writes a window's summaries. Where no run has begun the window before, nothing can be stored yet
 * and all go in batches; else only what is new, or knows more than what is stored.
 */
export async function writeSummaries(
  services: AggregateServices,
  summaries: readonly Summary[],
  mark: WindowMark,
): Promise<void> {
  if (mark !== "new") return reviseSummaries(services, summaries);
  await services.summaries.putSummaries(summaries);
  for (const summary of summaries) services.announce(summary);
}

async function reviseSummaries(
  services: AggregateServices,
  summaries: readonly Summary[],
): Promise<void> {
  const [first] = summaries;
  if (first === undefined) return;
  const names = summaries.map((summary) => summary.taskName);
  const stored = await services.summaries.readSummaries(names, first.periodStartMs);
  const storedByName = new Map(stored.map((summary) => [summary.taskName, summary]));
  await inParallel(summaries, PARALLEL_WRITES, async (summary) => {
    const held = storedByName.get(summary.taskName) ?? null;
    const revision = held === null ? summary : reviseSummary(held, summary);
    if (revision === null) return;
    const outcome = await services.summaries.replaceSummary(revision, held?.rev ?? null);
    if (outcome === "stored") services.announce(revision);
  });
}

/** The next revision of a stored summary, or null where the one found says nothing more. */
export function reviseSummary(stored: Summary, found: Summary): Summary | null {
  if (!knowsAsMuch(found, stored)) return null;
  if (isDeepStrictEqual(asStored({ ...found, rev: stored.rev }), stored)) return null;
  return { ...found, rev: stored.rev + 1 };
}

/**
 * Knowledge only grows. Read again, a window may tell less: a region can't be asked, results have
 * expired, a lease has forgotten what it claimed days ago.
 */
function knowsAsMuch(found: Summary, stored: Summary): boolean {
  return Object.entries(stored.regions).every(([region, before]) => {
    const now = found.regions[region];
    if (now === undefined) return false;
    return now.expectedCount >= before.expectedCount && attempts(now) >= attempts(before);
  });
}

function attempts(figures: Figures): number {
  return figures.sampleCount + figures.uncountedCount;
}

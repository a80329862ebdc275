import { buildSite } from "../../shared/status-page/status-page.ts";
import { type DurationMs, type EpochMs, HOUR_MS } from "../../shared/units.ts";
import {
  type FleetSources,
  readSitePast,
  readStatusSite,
  type SiteOptions,
  type SitePast,
} from "../history/history.ts";
import { inParallel } from "../in-parallel.ts";
import type { SiteStore } from "../ports/site-store.ts";

/** What is over is read again after this: it takes a query a task, and one for each part of each day. */
const PAST_MS: DurationMs = HOUR_MS;

const FILES_AT_ONCE = 8;

/** What one process remembers of the site between its runs. */
export interface SiteMemory {
  /** The texts that are stored, by path. */
  readonly stored: Map<string, string>;
  past: { readonly atMs: EpochMs; readonly read: SitePast } | null;
}

/** A run's only log line; see `logInvocation`. */
export interface RunLog {
  readonly metrics: Readonly<Record<string, number>>;
  readonly [field: string]: unknown;
}

/** Every side effect of the publish step. */
export interface PublishServices {
  readonly sources: FleetSources;
  readonly options: SiteOptions;
  readonly site: SiteStore;
  readonly memory: SiteMemory;
  readonly now: () => EpochMs;
  readonly log: (line: RunLog) => void;
}

/** A process that has just begun knows nothing of what is stored. */
export function emptyMemory(): SiteMemory {
  return { stored: new Map(), past: null };
}

/** Writes the page's files that have changed; throws if one can't be stored, after all others are. */
export async function publishSite(services: PublishServices): Promise<void> {
  const { sources, options, site, memory, now } = services;
  const nowMs = now();
  const past = await readPast(services, nowMs);
  const files = [...buildSite(await readStatusSite(sources, options, { nowMs, past }))];
  const changed = files.filter(([path, text]) => memory.stored.get(path) !== text);
  const failures = await inParallel(changed, FILES_AT_ONCE, async ([path, text]) => {
    const outcome = await site.putFile({ path, text });
    if (outcome !== "stored") return [`${path}: ${outcome.failed}`];
    memory.stored.set(path, text);
    return [];
  });
  const failed = failures.flat();
  services.log({ metrics: {}, files: files.length, changed: changed.length, failed });
  if (failed.length > 0) throw new Error(`The status page is not stored: ${failed[0]}`);
}

async function readPast(services: PublishServices, nowMs: EpochMs): Promise<SitePast> {
  const { memory, sources, options } = services;
  if (memory.past !== null && Math.abs(nowMs - memory.past.atMs) < PAST_MS) return memory.past.read;
  const read = await readSitePast(sources, { options, nowMs });
  memory.past = { atMs: nowMs, read };
  return read;
}

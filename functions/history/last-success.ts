import type { BoardMinute } from "../../shared/board/board.ts";
import type { RegionHealth } from "../../shared/health/health.ts";
import { type EpochMs, MINUTE_MS, type RegionName, startOfMinute } from "../../shared/units.ts";
import type { TaskRecord } from "../ports/state-store.ts";
import type { KnownSince } from "./known-since.ts";
import type { FleetSources } from "./sources.ts";

/** A success is looked for in so many of the last judged minutes. */
const SUCCESS_MINUTES = 10;

/** So many minutes at most are looked at for what the tasks' states say; the newest ones. */
const MOST_MINUTES = 30;

/** What last successes follow from. */
export interface SuccessGround {
  readonly records: readonly TaskRecord[];
  readonly judgedToMs: EpochMs | null;
  /** Since when tasks are known, as far back as `knownFromMs`. */
  readonly known: KnownSince;
  readonly knownFromMs: EpochMs;
  /** Gives the boards of these minutes, as far as they are stored. */
  readonly readMinutes: (startsMs: readonly EpochMs[]) => Promise<readonly BoardMinute[]>;
}

/** Reads when tasks had a success last, by name, as far as it is known. */
export async function readLastSuccesses(
  { boards }: Pick<FleetSources, "boards">,
  ground: SuccessGround,
): Promise<Map<string, EpochMs>> {
  const { records, judgedToMs, readMinutes } = ground;
  const claims = records
    .flatMap(claimsOf)
    .filter((claim) => isKnownThen(claim, ground))
    .sort((a, b) => b.atMs - a.atMs);
  const minutes = [...new Set(claims.map(({ atMs }) => startOfMinute(atMs)))];
  const endMs = judgedToMs ?? 0;
  const [past, newest] = await Promise.all([
    readMinutes(minutes.slice(0, MOST_MINUTES)),
    judgedToMs === null
      ? []
      : boards.readBoards({ fromMs: endMs - SUCCESS_MINUTES * MINUTE_MS, toMs: endMs }),
  ]);
  const byStart = new Map(past.map((board) => [board.startMs, board]));
  const successes = new Map<string, EpochMs>();
  const note = (name: string, atMs: EpochMs) =>
    successes.set(name, Math.max(atMs, successes.get(name) ?? atMs));
  for (const claim of claims)
    if (!isRefuted(claim, byStart.get(startOfMinute(claim.atMs)))) note(claim.name, claim.atMs);
  for (const { startMs, rows } of newest)
    for (const [name, { sampleCount, failedCount }] of rows)
      if (sampleCount > failedCount) note(name, startMs);
  return successes;
}

interface Claim {
  readonly name: string;
  readonly region: RegionName;
  readonly atMs: EpochMs;
}

function claimsOf({ task, state }: TaskRecord): Claim[] {
  return Object.entries(state.regions).flatMap(
    ([region, { failingSinceMs }]: [RegionName, RegionHealth]) =>
      failingSinceMs === null ? [] : [{ name: task.name, region, atMs: failingSinceMs }],
  );
}

/** Before its first check a task had no success. */
function isKnownThen({ name, atMs }: Claim, { known, knownFromMs }: SuccessGround): boolean {
  const knownMs = known.get(name) ?? knownFromMs;
  return knownMs <= knownFromMs || atMs >= knownMs;
}

/** A state takes for granted that the slot before the first failure passed; there may have been none. */
function isRefuted({ name, region }: Claim, board: BoardMinute | undefined): boolean {
  if (board === undefined) return false;
  const sight = board.rows.get(name)?.regions[region];
  return sight === undefined || sight === "failed";
}

import { isDeepStrictEqual } from "node:util";
import { groupCountFor, groupOf } from "../../../shared/summary/packed/packed.ts";
import { asStored, type Summary } from "../../../shared/summary/summary.ts";
import { DAY_MS, type EpochMs } from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";
import type { Revision, RevisionPut } from "../../ports/summary-store.ts";
import {
  type GroupPlace,
  groupCountIn,
  groupItem,
  groupKey,
  type MinutesSetup,
  minuteExpiry,
  packReadable,
  readRoot,
  rootItem,
  summariesIn,
} from "./minute-item.ts";
import { expiryOf, isExpired } from "./stored-item.ts";
import {
  type Condition,
  getItem,
  type Item,
  putIf,
  putItem,
  putVersioned,
  refusalOf,
} from "./table.ts";

const PARALLEL_WRITES = 16;

/** A group that others change at the same time is tried so often. */
const ATTEMPTS = 8;

/**
 * Stores a minute of which nothing is stored in groups yet. If another writer was faster, its groups
 * and its summaries stay. The root is written first: it says where all writers put their summaries.
 */
export async function putMinute(
  setup: MinutesSetup,
  revisions: readonly Revision[],
): Promise<RevisionPut[]> {
  const startMs = startOfAll(revisions);
  const wanted = groupCountFor(revisions.map(({ summary }) => summary));
  const groupCount = wanted === 1 ? 1 : await claimMinute(setup, startMs, wanted);
  const puts = await writeGroups(setup, { startMs, groupCount, isNew: true }, revisions);
  if (groupCount > 1 || !puts.includes("lost")) return puts;
  const root = await readRoot(setup, startMs);
  return root === null || groupCountIn(root) === 1 ? puts : reviseMinute(setup, root, revisions);
}

/** Stores revisions of a minute that is stored in groups. */
export async function reviseMinute(
  setup: MinutesSetup,
  root: Item,
  revisions: readonly Revision[],
): Promise<RevisionPut[]> {
  const startMs = startOfAll(revisions);
  const groupCount = groupCountIn(root);
  const expiresAtMs = minuteExpiry(setup, startMs);
  // A group of a minute that is written late must not outlive its root.
  if (groupCount > 1 && (expiryOf(root) ?? 0) < expiresAtMs)
    await putItem(setup, rootItem(startMs, groupCount, expiresAtMs + DAY_MS));
  return writeGroups(setup, { startMs, groupCount, isNew: false }, revisions);
}

function startOfAll([first]: readonly Revision[]): EpochMs {
  return first?.summary.periodStartMs ?? 0;
}

/** Returns the number of groups: that of another writer if one was faster. */
async function claimMinute(
  setup: MinutesSetup,
  startMs: EpochMs,
  groupCount: number,
): Promise<number> {
  const root = rootItem(startMs, groupCount, minuteExpiry(setup, startMs) + DAY_MS);
  const put = await putIf(setup, root, isFree(setup));
  const stored = put === "stored" ? null : await readRoot(setup, startMs);
  return stored === null ? groupCount : groupCountIn(stored);
}

/** An item that has expired may still be there. */
function isFree({ now }: MinutesSetup): Condition {
  return {
    expression: "attribute_not_exists(task_name) OR expires_at <= :now",
    values: { ":now": Math.floor(now() / 1_000) },
  };
}

interface MinuteLayout {
  readonly startMs: EpochMs;
  readonly groupCount: number;
  readonly isNew: boolean;
}

async function writeGroups(
  setup: MinutesSetup,
  { startMs, groupCount, isNew }: MinuteLayout,
  revisions: readonly Revision[],
): Promise<RevisionPut[]> {
  const byGroup = Map.groupBy(revisions, ({ summary }) => groupOf(summary.taskName, groupCount));
  const puts = new Map<Revision, RevisionPut>();
  await inParallel([...byGroup], PARALLEL_WRITES, async ([group, own]) => {
    const place = { startMs, groupCount, group };
    const held = isNew ? null : await getItem(setup, groupKey(place));
    const outcomes = await writeGroup(setup, place, { revisions: own, held });
    own.forEach((revision, i) => {
      puts.set(revision, outcomes[i] ?? "lost");
    });
  });
  return revisions.map((revision) => puts.get(revision) ?? "lost");
}

/** Replaces what was read, and begins anew from what is stored if another writer changed it since. */
async function writeGroup(
  setup: MinutesSetup,
  place: GroupPlace,
  first: { readonly revisions: readonly Revision[]; readonly held: Item | null },
): Promise<RevisionPut[]> {
  const { revisions } = first;
  let { held } = first;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { puts, write } = apply(setup, place, { revisions, held });
    if (write === null) return puts;
    try {
      if ((await putVersioned(setup, groupKey(place), write)) === "stored") return puts;
    } catch (error) {
      if (refusalOf(error) === null) throw error;
      return puts.map((put) => (put === "stored" ? "refused" : put));
    }
    held = await getItem(setup, groupKey(place));
  }
  return revisions.map(() => "lost");
}

interface Applied {
  readonly puts: RevisionPut[];
  /** Null if nothing changes. */
  readonly write: { readonly item: Item; readonly condition: Condition } | null;
}

/** What becomes of a group by revisions. One that can't be read may be of a later version, and stays. */
function apply(
  setup: MinutesSetup,
  place: GroupPlace,
  { revisions, held }: { readonly revisions: readonly Revision[]; readonly held: Item | null },
): Applied {
  const isThere = held !== null && !isExpired(held, setup.now());
  const known = isThere ? readAll(held) : [];
  if (known === null) return { puts: revisions.map(() => "lost"), write: null };
  const standing = new Map(known.map((summary) => [summary.taskName, summary]));
  const accepted = revisions.map((revision) => accept(standing, revision));
  const changed = revisions.filter((_, i) => accepted[i] === "changed");
  const { minutes, refused } = packReadable([...standing.values()]);
  const puts = revisions.map(({ summary }, i) => {
    if (accepted[i] !== "changed") return accepted[i] ?? "lost";
    return refused.has(summary.taskName) ? "refused" : "stored";
  });
  if (changed.every(({ summary }) => refused.has(summary.taskName))) return { puts, write: null };
  const version = isThere ? Number(held.version?.N) : 0;
  const expiresAtMs = minuteExpiry(setup, place.startMs);
  return {
    puts,
    write: {
      item: groupItem(place, { version: version + 1, minutes, expiresAtMs }),
      condition: isThere
        ? { expression: "version = :held", values: { ":held": version } }
        : isFree(setup),
    },
  };
}

function readAll(item: Item): Summary[] | null {
  try {
    return summariesIn(item);
  } catch {
    return null;
  }
}

/** Puts a revision in the place of what it replaces, if that is what stands. */
function accept(
  standing: Map<string, Summary>,
  { summary, heldRev }: Revision,
): "changed" | "stored" | "lost" {
  const current = standing.get(summary.taskName);
  if ((current?.rev ?? null) !== heldRev)
    return isDeepStrictEqual(current, asStored(summary)) ? "stored" : "lost";
  standing.set(summary.taskName, summary);
  return "changed";
}

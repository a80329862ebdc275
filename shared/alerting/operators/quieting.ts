import type { EpochMs } from "../../units.ts";
import { covers, type Scope, type ScopedTask } from "../settings/settings.ts";

/**
 * What somebody asked to hear no more of. A silence holds every alert of its scope; an
 * acknowledgement holds the incidents that were open when it was made, and ends with them.
 */
export interface Quieting {
  readonly id: string;
  readonly kind: "silence" | "acknowledge";
  readonly scope: Scope;
  readonly by: string;
  readonly reason: string;
  readonly createdAtMs: EpochMs;
  readonly fromMs: EpochMs;
  /** Null for an acknowledgement that ends with its incidents only. */
  readonly untilMs: EpochMs | null;
}

/** The instant that is asked about, and since when the task's incident is open; null if it is not. */
export interface QuietMoment {
  readonly atMs: EpochMs;
  readonly openedAtMs: EpochMs | null;
}

/** What holds a task's alerts at an instant: a silence before an acknowledgement, then the one that ends last. */
export function quietingAt(
  { quietings }: { readonly quietings: readonly Quieting[] },
  task: ScopedTask,
  moment: QuietMoment,
): Quieting | null {
  let last: Quieting | null = null;
  for (const quieting of quietings) {
    if (!covers(quieting.scope, task) || !holdsAt(quieting, moment)) continue;
    if (last === null || rankOf(quieting) > rankOf(last) || endsLater(quieting, last)) {
      last = quieting;
    }
  }
  return last;
}

function holdsAt({ kind, fromMs, untilMs }: Quieting, { atMs, openedAtMs }: QuietMoment): boolean {
  if (atMs < fromMs || (untilMs !== null && atMs >= untilMs)) return false;
  return kind === "silence" || (openedAtMs !== null && openedAtMs <= fromMs);
}

function rankOf({ kind }: Quieting): number {
  return kind === "silence" ? 1 : 0;
}

function endsLater(a: Quieting, b: Quieting): boolean {
  const endOf = ({ untilMs }: Quieting): EpochMs => untilMs ?? Number.POSITIVE_INFINITY;
  return a.kind === b.kind && endOf(a) > endOf(b);
}

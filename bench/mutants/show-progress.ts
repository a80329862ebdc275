import type { Verdict } from "./run-mutant.ts";

const EVERY_MS = 5_000;

/** Tells on standard error how far a run is, every few seconds. */
export function showProgress(total: number): (verdict: Verdict) => void {
  const startedAtMs = performance.now();
  const counts = new Map<Verdict["end"], number>();
  let shownAtMs = startedAtMs;
  let done = 0;
  return ({ end }) => {
    done++;
    counts.set(end, (counts.get(end) ?? 0) + 1);
    const nowMs = performance.now();
    if (nowMs - shownAtMs < EVERY_MS) return;
    shownAtMs = nowMs;
    const perSecond = (done / (nowMs - startedAtMs)) * 1_000;
    const ends = [...counts].map(([name, count]) => `${count} ${name}`).join(", ");
    process.stderr.write(
      `${done} of ${total} mutants: ${ends}; ${perSecond.toFixed(1)} a second\n`,
    );
  };
}

import type { Summary } from "../../../shared/summary/summary.ts";

/**
 * The minutes of both sources, each of which gives the newest first; of a minute that both have, the
 * later revision.
 */
export async function* mergeNewestFirst(
  ones: AsyncGenerator<Summary>,
  others: AsyncGenerator<Summary>,
): AsyncGenerator<Summary> {
  let [a, b] = await Promise.all([nextOf(ones), nextOf(others)]);
  for (;;) {
    const next = newestOf(a, b);
    if (next === null) return;
    yield next;
    const at = next.periodStartMs;
    [a, b] = await Promise.all([
      a?.periodStartMs === at ? nextOf(ones) : a,
      b?.periodStartMs === at ? nextOf(others) : b,
    ]);
  }
}

async function nextOf(summaries: AsyncGenerator<Summary>): Promise<Summary | null> {
  const next = await summaries.next();
  return next.done === true ? null : next.value;
}

function newestOf(a: Summary | null, b: Summary | null): Summary | null {
  if (a === null || b === null) return a ?? b;
  if (a.periodStartMs !== b.periodStartMs) return a.periodStartMs > b.periodStartMs ? a : b;
  return b.rev > a.rev ? b : a;
}

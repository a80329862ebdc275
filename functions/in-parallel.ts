/**
 * Does the work for every item, at most `limit` at a time, and returns the results in the items' order.
 * If one fails, no further one is begun, and the first error is thrown once all that run have ended.
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const errors: unknown[] = [];
  const queue = items.entries();
  const lane = async (): Promise<void> => {
    for (const [i, item] of queue) {
      if (errors.length > 0) return;
      results[i] = await work(item);
    }
  };
  const lanes = Array.from({ length: Math.min(limit, items.length) }, lane);
  await Promise.all(lanes.map((running) => running.catch((error) => errors.push(error))));
  if (errors.length > 0) throw errors[0];
  return results;
}

import type { Stopped } from "./view.ts";

/** A number with its noun: `1 task`, `2 tasks`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** The last sentence of a run. */
export function stoppedSentence({ reason, results, summaries, alerts }: Stopped): string {
  const counts = [
    counted(results, "result"),
    counted(summaries, "summary", "summaries"),
    counted(alerts, "alert"),
  ];
  return `Stopped (${reason}): ${counts.join(", ")}.`;
}

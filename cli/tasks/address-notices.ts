import type { Notice } from "../../shared/input/input.ts";
import type { Task } from "../../shared/task/task.ts";
import { addressRules, vetHost } from "../../shared/vet/vet.ts";

const NOTHING_OPENED = addressRules([]);

const TEXTS = {
  closed:
    "is not a public address: only regions whose allowedPrivateCidrs have it check it, others report the task as unsupported",
  never: "is an address that no region may probe: the task is unsupported everywhere",
} as const;

/** A notice for each task whose address, a literal or localhost, some or all regions leave out. `file` is null if there are several. */
export function addressNotices(tasks: readonly Task[], file: string | null): Notice[] {
  return tasks.flatMap((task) => {
    const { hostname } = task.target;
    const verdict = vetHost(hostname, NOTHING_OPENED);
    if (verdict === null || verdict === "allowed") return [];
    return [{ file, task: task.name, text: `host ${hostname} ${TEXTS[verdict]}` }];
  });
}

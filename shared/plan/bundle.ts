import { createHash } from "node:crypto";
import type { Task } from "../task/task.ts";
import { storedForm } from "./bundle-task.ts";
import type { Bundle } from "./shards.ts";

/** Moves when a reader of the old version could not make sense of the new one. */
export const BUNDLE_VERSION = 1;

/** What a shard runs, in the one order that gives the same content the same hash. */
export function bundleOf(tasks: readonly Task[]): Bundle {
  return { tasks: tasks.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** The text of a bundle: what is hashed, compressed and stored. */
export function printBundle(bundle: Bundle): string {
  return JSON.stringify({ version: BUNDLE_VERSION, tasks: bundle.tasks.map(printedForm) });
}

/** The name of a bundle: the first 64 bits of SHA-256 over its text, in hex. */
export function hashBundle(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function printedForm(task: Task): object {
  return storedForm(task) ?? withSortedTags(task);
}

// The order of a map's keys is the database's own affair and must not make a new bundle.
function withSortedTags(task: Task): Task {
  const tags = Object.entries(task.tags);
  if (tags.length < 2) return task;
  return { ...task, tags: Object.fromEntries(tags.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

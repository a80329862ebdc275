import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Task } from "../task/task.ts";
import { findWrongField, hasStoredForm, readableTask, storedForm } from "./bundle-task.ts";

/** The tasks of one shard, sorted by name. A sample names its task by its position in `tasks`. */
export interface Bundle {
  readonly tasks: readonly Task[];
  /** A sentence for each task that can't be read and is set aside; absent without one. */
  readonly faults?: readonly string[];
}

/** Changes when a reader of the old version could misread the new one. */
const BUNDLE_VERSION = 1;

/** The bundle of some tasks, in the order that gives the same tasks the same hash. */
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

/** The text of some 100,000 tasks: a compression bomb is refused. */
const MAX_TEXT_BYTES = 64 * 1_024 * 1_024;

/** A bundle that can't be read, or that can't be written as it is. The message is a fixed sentence. */
export class BundleError extends Error {
  override readonly name = "BundleError";
}

/** A bundle as stored, gzipped, and its content hash. Its tasks must be in order of their names. */
export function encodeBundle(bundle: Bundle): { hash: string; bytes: Uint8Array } {
  verifyOrder(bundle);
  const text = printBundle(bundle);
  return { hash: hashBundle(text), bytes: gzipSync(text) };
}

/**
 * The bundle in these bytes. Unknown fields are ignored. Throws a `BundleError` on another version,
 * and on content with another hash. A task with a need that this version lacks, or with a field of a
 * wrong shape, is read as far as possible: it is not checked, and the others are.
 */
export function decodeBundle(bytes: Uint8Array, hash: string): Bundle {
  const text = inflate(bytes);
  if (hashBundle(text) !== hash) throw new BundleError(`Bundle ${hash} has other content`);
  const { version, tasks }: { version?: unknown; tasks?: unknown } = Object(parse(text));
  if (version !== BUNDLE_VERSION) {
    throw new BundleError(
      `Bundle version ${String(version)} is not known to this reader (${BUNDLE_VERSION})`,
    );
  }
  if (!Array.isArray(tasks)) throw new BundleError("Bundle has no list of tasks");
  const faults = tasks.flatMap((task, i) => faultOf(task, i) ?? []);
  const bundle = { tasks: tasks.map(readableTask), ...(faults.length > 0 && { faults }) };
  verifyOrder(bundle);
  return bundle;
}

function printedForm(task: Task): unknown {
  return hasStoredForm(task) ? storedForm(task) : withSortedTags(task);
}

// The database gives a map's keys in any order: the order must not make a new bundle.
function withSortedTags(task: Task): Task {
  const tags = Object.entries(task.tags);
  if (tags.length < 2) return task;
  return { ...task, tags: Object.fromEntries(tags.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function inflate(bytes: Uint8Array): string {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_TEXT_BYTES }).toString("utf8");
  } catch (error) {
    throw new BundleError("Bundle can't be inflated", { cause: error });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BundleError("Bundle is not JSON", { cause: error });
  }
}

function faultOf(stored: unknown, i: number): string | null {
  const field = findWrongField(stored);
  if (field === null) return null;
  const { name } = readableTask(stored);
  const label = name === "" ? `${i}` : JSON.stringify(name);
  return `Bundle's task ${label} has a wrong ${field} and is not checked`;
}

/** Samples name their task by its position: in another order, results would go to other tasks. */
function verifyOrder({ tasks }: Bundle): void {
  // A task whose name can't be read has none, but keeps its position.
  const named = tasks.filter(({ name }) => name !== "");
  named.forEach((task, i) => {
    const before = named[i - 1];
    if (before !== undefined && before.name >= task.name) {
      throw new BundleError(`Bundle has "${task.name}" after "${before.name}"`);
    }
  });
}

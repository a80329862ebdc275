import { gunzipSync, gzipSync } from "node:zlib";
import type { Task } from "../task/task.ts";
import { BUNDLE_VERSION, hashBundle, printBundle } from "./bundle.ts";
import { findWrongField, readableTask } from "./bundle-task.ts";
import type { Bundle } from "./shards.ts";

/** Some 100,000 tasks; a bomb stops here. */
const MAX_TEXT_BYTES = 64 * 1_024 * 1_024;

/** A bundle that can't be read, or written as it is. The message is a fixed sentence. */
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
 * The bundle in these bytes. Fields that this reader does not know don't disturb. Throws a
 * `BundleError` on another version, on content that is not what `hash` names, and on a task that
 * has not its shape. A task with a need that this version lacks is read as far as it can be.
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
  const bundle = { tasks: tasks.map(readTask) };
  verifyOrder(bundle);
  return bundle;
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

function readTask(stored: unknown, i: number): Task {
  const field = findWrongField(stored);
  if (field !== null) throw new BundleError(`Bundle's task ${i} has a wrong ${field}`);
  return readableTask(stored as Task);
}

/** Samples name their task by its place: two orders of one set would mix results up. */
function verifyOrder({ tasks }: Bundle): void {
  tasks.forEach((task, i) => {
    const before = tasks[i - 1];
    if (before !== undefined && before.name >= task.name) {
      throw new BundleError(`Bundle has "${task.name}" after "${before.name}"`);
    }
  });
}

import { globSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { TOGETHER } from "./folders.ts";

/** Imports the test files of an entry of `TOGETHER`, so that all of them run in this process. */
export async function importTests(entry: string): Promise<void> {
  const files = (TOGETHER[entry] ?? []).flatMap((folder) => globSync(`${folder}/**/*.test.ts`));
  if (files.length === 0) throw new Error(`No tests belong to ${entry}`);
  for (const file of files) await import(pathToFileURL(resolve(file)).href);
}

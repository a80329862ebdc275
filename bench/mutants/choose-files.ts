import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { type ImportGraph, projectFiles } from "./import-graph.ts";

/** The code that is held to the gate: the pure rooms, and the steps that plan, probe and judge. */
const SCOPE: readonly string[] = [
  "shared/**/*.ts",
  "functions/history/**/*.ts",
  "functions/outbox/**/*.ts",
  "functions/plan/**/*.ts",
  "functions/probe/**/*.ts",
  "functions/aggregate/**/*.ts",
];

/** The test files that may find a mutant: those of the same layers, which start no other program. */
const TESTS = "test/{shared,functions}/**/*.test.ts";

/** So many commits are "what changed lately" where no other base is known. */
const RECENT_COMMITS = 10;

/** Every file that the gate is about. */
export function filesInScope(root: string): string[] {
  return SCOPE.flatMap((pattern) => projectFiles(root, pattern));
}

export function testFiles(root: string): string[] {
  return projectFiles(root, TESTS);
}

/** Those of the files that are one of the paths or lie under one. */
export function filesUnder(files: readonly string[], paths: readonly string[]): string[] {
  const clean = paths.map((path) => join(path).replace(/\/$/, ""));
  return files.filter((file) => clean.some((path) => file === path || file.startsWith(`${path}/`)));
}

/** Changed files themselves, and what a changed test file imports directly. */
export function filesChanged(
  files: readonly string[],
  changed: readonly string[],
  graph: ImportGraph,
): string[] {
  const tests = changed.filter((file) => file.endsWith(".test.ts") && graph.has(file));
  const imported = tests.flatMap((test) => graph.get(test) ?? []);
  const wanted = new Set([...changed, ...imported]);
  return files.filter((file) => wanted.has(file));
}

/**
 * The commit that what changed is measured from: where this branch left the main branch, or, on the
 * main branch itself, a few commits ago. Null in a clone without that history.
 */
export function findBase(root: string): string | null {
  const head = git(root, "rev-parse", "HEAD");
  const fork = git(root, "merge-base", "HEAD", "origin/main");
  if (fork !== null && fork !== head) return fork;
  return git(root, "rev-parse", "--verify", "--quiet", `HEAD~${RECENT_COMMITS}^{commit}`);
}

/** The paths that differ from a commit, uncommitted ones included. */
export function pathsSince(root: string, base: string): string[] {
  const tracked = git(root, "diff", "--name-only", "--diff-filter=d", base, "--");
  const untracked = git(root, "ls-files", "--others", "--exclude-standard");
  if (tracked === null) throw new Error(`git knows no commit "${base}"`);
  return [tracked, untracked ?? ""].flatMap((list) => list.split("\n")).filter(Boolean);
}

function git(root: string, ...parameters: readonly string[]): string | null {
  const { status, stdout } = spawnSync("git", parameters, { cwd: root, encoding: "utf8" });
  return status === 0 ? stdout.trim() : null;
}

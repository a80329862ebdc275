import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

interface LockEntry {
  readonly version?: string;
  readonly cpu?: readonly string[];
  readonly os?: readonly string[];
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const root = new URL("../../", import.meta.url);
const lock: { packages: Record<string, LockEntry> } = JSON.parse(
  readFileSync(new URL("package-lock.json", root), "utf8"),
);
const manifest: Record<string, Record<string, string>> = JSON.parse(
  readFileSync(new URL("package.json", root), "utf8"),
);

test("package-lock installs the arm64 binary on every machine", () => {
  const entry = lock.packages["node_modules/@koromix/koffi-linux-arm64"];
  assert.ok(entry, "the lock file has no entry for it");
  assert.equal(entry.cpu, undefined);
  assert.equal(entry.os, undefined);
  const binary = "node_modules/@koromix/koffi-linux-arm64/linux_arm64/koffi.node";
  assert.ok(existsSync(new URL(binary, root)), `${binary} is not installed`);
});

test("package-lock names no registry", () => {
  const named = Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined);
  assert.deepEqual(named, []);
});

test("package-lock has an entry for every platform of every tool", () => {
  for (const tool of ["@biomejs/biome", "esbuild", "typescript"]) {
    const platforms = lock.packages[`node_modules/${tool}`]?.optionalDependencies ?? {};
    assert.ok(Object.keys(platforms).length > 1, `${tool} has no platforms`);
    for (const platform of Object.keys(platforms))
      assert.ok(lock.packages[`node_modules/${platform}`], `${platform} is not in the lock file`);
  }
});

test("package.json pins every version exactly", () => {
  for (const group of ["dependencies", "devDependencies", "optionalDependencies"]) {
    for (const [name, version] of Object.entries(manifest[group] ?? {}))
      assert.match(version, /^\d+\.\d+\.\d+$/, `${group}.${name}`);
  }
});

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

interface LockEntry {
  readonly version?: string;
  readonly cpu?: readonly string[];
  readonly os?: readonly string[];
  readonly resolved?: string;
  readonly integrity?: string;
  /** It is a part of its parent's archive, and so of its parent's hash. */
  readonly inBundle?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
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

test("package-lock has a hash of every byte that npm ci brings", () => {
  const entries = Object.entries(lock.packages).filter(([path]) => path !== "");
  assert.ok(entries.length > 100);
  const unhashed = entries.filter(
    ([, { integrity = "", inBundle }]) =>
      !/^sha512-[\w+/]{86}==$/.test(integrity) && inBundle !== true,
  );
  assert.deepEqual(unhashed, []);
  const bundles = entries.filter(([, { inBundle }]) => inBundle === true).map(([path]) => path);
  const parentless = bundles.filter((path) => {
    const parent = path.slice(0, path.lastIndexOf("/node_modules/"));
    return !/^sha512-/.test(lock.packages[parent]?.integrity ?? "") && !bundles.includes(parent);
  });
  assert.deepEqual(parentless, []);
});

test("npm runs no script of a package, which could bring more", () => {
  assert.match(readFileSync(new URL(".npmrc", root), "utf8"), /^ignore-scripts=true$/m);
});

test("package-lock has a Node 24 for every platform, found as node_modules/.bin/node", () => {
  const nodes = Object.values(lock.packages).filter(({ bin }) => bin?.node !== undefined);
  const platforms = nodes.map(({ os = [], cpu = [], version = "" }) => {
    assert.match(version, /^24\./);
    return `${os} ${cpu}`;
  });
  const wanted = ["darwin arm64", "darwin x64", "linux arm64", "linux x64", "win32 x64"];
  assert.deepEqual(platforms.sort(), wanted);
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

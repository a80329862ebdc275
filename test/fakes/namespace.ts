import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";

/** Why this machine can't run a test in a network of its own, or null if it can. */
export function whyNoNamespace(...programs: readonly string[]): string | null {
  if (spawnSync("unshare", ["-rnm", "true"]).status !== 0) return "needs unshare -rnm";
  const absent = programs.find(
    (program) => spawnSync("bash", ["-c", `command -v ${program}`]).status !== 0,
  );
  return absent === undefined ? null : `needs ${absent}`;
}

/**
 * Runs shell commands and then a module's text in a network of its own, whose only interface is
 * loopback, and gives what the text prints as JSON.
 */
export async function runInNamespace(setUp: readonly string[], text: string): Promise<unknown> {
  const commands = ["set -e", "ip link set lo up", ...setUp];
  const script = [...commands, `exec "$0" --input-type=module -e "$1"`].join("\n");
  const args = ["-rnm", "bash", "-c", script, process.execPath, text];
  const { stdout } = await promisify(execFile)("unshare", args);
  return JSON.parse(stdout);
}

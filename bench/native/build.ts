import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "synfleet-bench-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Builds one of the programs of this folder, once a process, and gives the binary's path. */
export function buildNative(source: `${string}.c` | `${string}.go`): string {
  const binary = join(folder, source.replace(/\.\w+$/, ""));
  if (existsSync(binary)) return binary;
  const from = join(import.meta.dirname, source);
  if (source.endsWith(".c")) execFileSync("cc", ["-O2", "-o", binary, from]);
  else
    execFileSync("go", ["build", "-o", binary, from], { stdio: ["ignore", "ignore", "inherit"] });
  return binary;
}

/** Whether a program is installed. */
export function isInstalled(program: string): boolean {
  try {
    execFileSync("which", [program], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

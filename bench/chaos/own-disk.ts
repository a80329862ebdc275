import { spawnSync } from "node:child_process";

/** Present in a process whose data folder is a file system of its own. */
const OWN_DISK = "SYNFLEET_CHAOS_DISK";

const DISK = "size=64m,mode=700";

/** The folder that may be filled, if this process has one. */
export const FILLABLE_DIR: string | null = process.env[OWN_DISK] ?? null;

/**
 * Runs this program again with a small file system on `dir`, in a mount namespace of its own, and
 * returns its exit code; null if this machine does not allow that.
 */
export function runAgainWithDisk(dir: string, seed: string): number | null {
  const mount = `mount -t tmpfs -o ${DISK} tmpfs "$0"`;
  const namespace = process.getuid?.() === 0 ? "-m" : "-rm";
  const isAllowed = spawnSync("unshare", [namespace, "sh", "-c", mount, dir]).status === 0;
  if (!isAllowed) return null;
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1), "--seed", seed];
  const call = [namespace, "sh", "-c", `${mount} && exec "$@"`, dir, ...again];
  const env = { ...process.env, [OWN_DISK]: dir };
  return spawnSync("unshare", call, { stdio: "inherit", env }).status ?? 1;
}

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

const MODULE = new URL("../../local/user-files.ts", import.meta.url).href;

/** Runs code in a mount namespace of its own, in which /mnt is a read-only disk. */
function onReadOnlyDisk(code: string) {
  const command = `mount -t tmpfs -o ro tmpfs /mnt && exec "$0" --input-type=module -e "$1"`;
  const argv = ["-rm", "bash", "-c", command, process.execPath, code];
  return spawnSync("unshare", argv, { encoding: "utf8" });
}

test("openDataDir says that the disk is read-only", (t) => {
  if (onReadOnlyDisk("").status !== 0) return t.skip("needs a mount namespace");
  const { stdout, stderr } = onReadOnlyDisk(`
    import { openDataDir } from ${JSON.stringify(MODULE)};
    try { openDataDir("/mnt/a/b"); } catch (error) { console.log(error.message); }`);
  assert.equal(stdout, "The data can't be kept in /mnt/a/b: the disk is read-only\n", stderr);
});

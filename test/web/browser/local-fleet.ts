import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const START = fileURLToPath(new URL("../../../local/start.ts", import.meta.url));

/** A fleet of `npm start` with its page. */
export interface LocalFleet {
  readonly pageUrl: string;
  readonly stop: () => Promise<void>;
}

/** Starts a fleet with these tasks on a free port. */
export async function startLocalFleet(tasks: string): Promise<LocalFleet> {
  const dir = mkdtempSync(join(tmpdir(), "synfleet-page-e2e-"));
  const file = join(dir, "tasks.json");
  writeFileSync(file, tasks);
  const options = [
    "--json",
    "--page",
    "0",
    "--no-rate-limit",
    "--tasks",
    file,
    "--data",
    join(dir, "data"),
  ];
  const child = spawn(process.execPath, [START, ...options], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const lines = createInterface({ input: child.stdout });
  const stop = async () => {
    const ended = once(child, "close");
    child.kill("SIGINT");
    await ended;
    rmSync(dir, { recursive: true, force: true });
  };
  for await (const line of lines) {
    const { page_url: pageUrl } = JSON.parse(line) as { page_url?: string };
    if (pageUrl === undefined) continue;
    child.stdout.resume();
    return { pageUrl, stop };
  }
  throw new Error("the fleet ended before it had a page");
}

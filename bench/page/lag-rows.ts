import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startProgram, startTargets } from "../fleet/start-targets.ts";
import { FleetWatch } from "../fleet/watch-output.ts";
import { writeTasks } from "../fleet/write-tasks.ts";
import { quantileOf, type Row } from "../report.ts";

/** A fleet whose slots are looked at, and how many browsers look at its page. */
export interface LagOrder {
  readonly taskCount: number;
  readonly minutes: number;
  readonly browsers: number;
}

const SCHEDULE_SECONDS = 15;

/** The slot lag of two fleets at the same time: of one the page is looked at. */
export async function lagRows(order: LagOrder): Promise<Row[]> {
  const { targets, end } = await startTargets();
  const folder = mkdtempSync(join(tmpdir(), "synfleet-bench-page-"));
  const { taskCount } = order;
  const tasks = join(folder, "tasks.toml");
  writeFileSync(tasks, writeTasks({ taskCount, scheduleSeconds: SCHEDULE_SECONDS }, targets));
  try {
    return await Promise.all(
      [0, order.browsers].map((browsers) =>
        watchFleet({ ...order, browsers }, tasks, join(folder, `data-${browsers}`)),
      ),
    );
  } finally {
    end();
    rmSync(folder, { recursive: true });
  }
}

async function watchFleet(order: LagOrder, tasks: string, data: string): Promise<Row> {
  const fleet = startProgram("local/start.ts", [
    ...["--json", "--page", "0", "--tasks", tasks, "--data", data, "--no-rate-limit"],
    ...["--minutes", String(order.minutes)],
  ]);
  if (fleet.stdout === null) throw new Error("No output of the fleet");
  const watch = new FleetWatch();
  const heard = { bytes: 0 };
  const leave = new AbortController();
  createInterface(fleet.stdout).on("line", (line) => {
    watch.take(line, Date.now());
    const { page_url: url } = JSON.parse(line) as { readonly page_url?: string };
    if (url !== undefined)
      for (let i = 0; i < order.browsers; i++) void browse(url, leave.signal, heard);
  });
  const [code] = await once(fleet, "close");
  leave.abort();
  if (code !== 0) throw new Error(`The fleet ended with code ${code}`);
  const at = (share: number) => quantileOf(watch.settledLagsMs, share);
  return {
    browsers: order.browsers,
    checks: watch.settledLagsMs.length,
    missed: watch.missedCount,
    "slot lag, ms: median": at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    most: at(1),
    "heard, MB": Math.round(heard.bytes / 1e5) / 10,
  };
}

/** What a page asks for when it is opened, and then it listens. */
async function browse(url: string, signal: AbortSignal, heard: { bytes: number }): Promise<void> {
  try {
    await Promise.all(
      ["/", "/api/overview", "/api/boards?hours=3"].map((path) =>
        fetch(`${url}${path}`, { signal }),
      ),
    );
    const live = await fetch(`${url}/api/live`, { signal });
    for await (const part of live.body ?? []) heard.bytes += part.length;
  } catch (error) {
    // The fleet ends first, or this bench.
    if (!signal.aborted) process.stderr.write(`A browser was cut off: ${String(error)}\n`);
  }
}

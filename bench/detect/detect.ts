import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { ENV } from "../../shared/contract.ts";
import { type DurationMs, MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import { startProgram } from "../fleet/start-targets.ts";
import { publish, quantileOf } from "../report.ts";

// How soon one is told of a server that is killed, and of its return: the real local fleet with three
// regions. Each run takes a server of its own, at an instant of its own.
// `npx node bench/detect/detect.ts --schedule 5 --runs 10 [--no-hints] [--json]`

const REGIONS = "eu-west-1,us-east-1,ap-southeast-2";

/** A region needs some minutes of good checks before anything can be told. */
const SETTLE_MS: DurationMs = 75 * SECOND_MS;

/** Servers are killed so far apart, at odd instants. */
const APART_MS: DurationMs = 1_700;

const PATIENCE_MS: DurationMs = 5 * MINUTE_MS;

interface Order {
  readonly scheduleSeconds: number;
  readonly runs: number;
  readonly hints: boolean;
}

function readOrder(): Order {
  const { values } = parseArgs({
    options: {
      schedule: { type: "string", default: "5" },
      runs: { type: "string", default: "10" },
      hints: { type: "boolean", default: true },
      json: { type: "boolean" },
    },
    allowNegative: true,
  });
  return {
    scheduleSeconds: Number(values.schedule),
    runs: Number(values.runs),
    hints: values.hints,
  };
}

async function listen(port = 0): Promise<Server> {
  const server = createServer((socket) => socket.on("error", () => undefined).end());
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function taskFile(ports: readonly number[], { scheduleSeconds }: Order): string {
  const tasks = ports.map((port, i) =>
    [
      ...["[[tasks]]", 'type = "tcp"', `name = "server ${i}"`, `host = "127.0.0.1:${port}"`],
      ...[`schedule_seconds = ${scheduleSeconds}`, "timeout_seconds = 2"],
    ].join("\n"),
  );
  // So many servers that fall together are no storm here: each is a run of its own.
  return `[alerting]\nstorm_tasks = 1000\n\n${tasks.join("\n\n")}\n`;
}

/** When each task got each status, by the clock of this process. */
class SeenStatuses {
  readonly #atMs = new Map<string, number>();

  take(line: string): void {
    const { kind, detail }: { kind: string; detail?: Record<string, unknown> } = JSON.parse(line);
    if (kind !== "alert" || detail === undefined || detail.suppressed_by !== undefined) return;
    this.#atMs.set(`${detail.task_name} ${detail.state}`, Date.now());
  }

  async await(taskName: string, status: string, sinceMs: number): Promise<DurationMs> {
    while (Date.now() - sinceMs < PATIENCE_MS) {
      const atMs = this.#atMs.get(`${taskName} ${status}`);
      if (atMs !== undefined && atMs >= sinceMs) return atMs - sinceMs;
      await sleep(100);
    }
    throw new Error(`${taskName} was not told to be ${status}`);
  }
}

interface Times {
  readonly down: DurationMs;
  readonly up: DurationMs;
}

async function killAndRevive(server: Server, i: number, seen: SeenStatuses): Promise<Times> {
  const port = portOf(server);
  await sleep(i * APART_MS);
  const killedAtMs = Date.now();
  server.close();
  const down = await seen.await(`server ${i}`, "CRITICAL", killedAtMs);
  await sleep(10 * SECOND_MS);
  const revivedAtMs = Date.now();
  const revived = await listen(port);
  const up = await seen.await(`server ${i}`, "OK", revivedAtMs);
  revived.close();
  return { down, up };
}

async function measure(order: Order, folder: string): Promise<Times[]> {
  const servers = await Promise.all(Array.from({ length: order.runs }, () => listen()));
  writeFileSync(join(folder, "tasks.toml"), taskFile(servers.map(portOf), order));
  const fleet = startProgram("local/start.ts", [
    ...["--json", "--no-page", "--no-rate-limit", "--regions", REGIONS],
    ...["--tasks", join(folder, "tasks.toml"), "--data", join(folder, "data")],
  ]);
  const seen = new SeenStatuses();
  if (fleet.stdout !== null) createInterface(fleet.stdout).on("line", (line) => seen.take(line));
  try {
    await sleep(SETTLE_MS);
    return await Promise.all(servers.map((server, i) => killAndRevive(server, i, seen)));
  } finally {
    fleet.kill("SIGTERM");
    await once(fleet, "close");
    for (const server of servers) server.close();
  }
}

function rowOf(what: string, timesMs: readonly DurationMs[]) {
  const seconds = (share: number) => (quantileOf(timesMs, share) / SECOND_MS).toFixed(1);
  return {
    what,
    "median s": seconds(0.5),
    "least s": seconds(0),
    "most s": seconds(1),
    runs: timesMs.length,
  };
}

const order = readOrder();
if (!order.hints) process.env[ENV.hints] = "off";
const folder = mkdtempSync(join(tmpdir(), "synfleet-detect-"));
try {
  const times = await measure(order, folder);
  publish(
    "detect",
    `A server is killed and comes back: 3 regions, every ${order.scheduleSeconds} s, hints ${order.hints ? "on" : "off"}`,
    [
      rowOf(
        "until the event CRITICAL is out",
        times.map(({ down }) => down),
      ),
      rowOf(
        "until the event OK is out",
        times.map(({ up }) => up),
      ),
    ],
  );
} finally {
  rmSync(folder, { recursive: true });
}

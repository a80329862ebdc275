import { closeSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { openLocalData } from "../../local/aws/local-data.ts";
import { readRuntime } from "../../local/aws/runtime-file.ts";
import { homeTableName } from "../../shared/contract.ts";
import { type DurationMs, SECOND_MS } from "../../shared/units.ts";
import { between, oneOf, type Random } from "../random.ts";
import { CALM, giveOrders, orderDeath, THREADS } from "./control.ts";
import type { FleetProcess } from "./fleet-process.ts";
import { POISON } from "./poison.ts";

/** The fleet that is disturbed. */
export interface Victim {
  readonly fleet: FleetProcess;
  readonly controlDir: string;
  /** A file system of its own holds its data, so it may be filled. */
  readonly mayFillDisk: boolean;
  readonly random: Random;
}

interface Kind {
  /** How long it disturbs at most, in the run's time at its usual speed. */
  readonly lastsMs: DurationMs;
  /** Resolves when it is over; `skipped` if it is not possible here. */
  readonly act: (victim: Victim) => Promise<"done" | "skipped">;
}

/** Everything that goes wrong. Waits in them are by the machine's clock. */
export const DISTURBANCES = {
  kill: { lastsMs: 25 * SECOND_MS, act: kill },
  stop: { lastsMs: 40 * SECOND_MS, act: stop },
  "thread dies": { lastsMs: 12 * SECOND_MS, act: killThread },
  freeze: { lastsMs: 15 * SECOND_MS, act: freeze },
  "calls fail": { lastsMs: 15 * SECOND_MS, act: failCalls },
  "clock steps": { lastsMs: 20 * SECOND_MS, act: stepClock },
  "requests of strangers": { lastsMs: 2 * SECOND_MS, act: sendStrangeRequests },
  "poison items": { lastsMs: 2 * SECOND_MS, act: putPoison },
  "disk is full": { lastsMs: 15 * SECOND_MS, act: fillDisk },
  "nobody reads": { lastsMs: 12 * SECOND_MS, act: readNothing },
} as const satisfies Readonly<Record<string, Kind>>;

/** One kind of disturbance. */
export type DisturbanceName = keyof typeof DISTURBANCES;

async function kill({ fleet, random }: Victim) {
  await fleet.end("SIGKILL");
  await sleep(between(random, 0, 500));
  await fleet.start();
  return "done" as const;
}

async function stop({ fleet }: Victim) {
  await fleet.end("SIGTERM");
  await fleet.start();
  return "done" as const;
}

async function killThread({ controlDir, random }: Victim) {
  orderDeath(controlDir, oneOf(random, THREADS));
  return "done" as const;
}

async function freeze({ fleet, random }: Victim) {
  fleet.signal("SIGSTOP");
  await sleep(between(random, 100, 2_000));
  fleet.signal("SIGCONT");
  return "done" as const;
}

async function failCalls({ controlDir, random }: Victim) {
  const lastsMs = between(random, 300, 2_000);
  const callsFailUntilMs = Date.now() + lastsMs;
  giveOrders(controlDir, { ...CALM, callsFailUntilMs, oneCallIn: oneOf(random, [1, 2, 4]) });
  await sleep(lastsMs);
  return "done" as const;
}

async function stepClock({ controlDir, random }: Victim) {
  giveOrders(controlDir, { ...CALM, clockErrorMs: between(random, -3, 3) * SECOND_MS });
  await sleep(between(random, 500, 2_500));
  giveOrders(controlDir, CALM);
  return "done" as const;
}

/** An upload that is cut off, bodies that are no request, and a page of somebody else. */
async function sendStrangeRequests({ fleet }: Victim) {
  const runtime = readRuntime(fleet.place.dataDir);
  const urls = [runtime?.database, runtime?.events].flatMap((url) => (url ? new URL(url) : []));
  for (const url of urls) {
    await cutUpload(url);
    for (const body of ["null", "", "{", "[]", "x".repeat(100_000)]) await post(url, body, {});
    const origin = { origin: "http://127.0.0.1:8080", host: "example.com" };
    await post(url, "{}", { ...origin, "x-amz-target": "DynamoDB_20120810.ListTables" });
  }
  return urls.length > 0 ? ("done" as const) : ("skipped" as const);
}

function cutUpload({ hostname, port, host }: URL): Promise<void> {
  const head = `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1000\r\n\r\n{"a":`;
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(head, () => socket.resetAndDestroy());
    });
    socket.on("error", () => undefined).on("close", () => resolve());
  });
}

function post(url: URL, body: string, headers: Readonly<Record<string, string>>): Promise<void> {
  return new Promise((resolve) => {
    const call = request(url, { method: "POST", headers, timeout: 1_000 }, (answer) => {
      answer.resume().on("close", () => resolve());
    });
    call.on("error", () => resolve()).on("timeout", () => call.destroy());
    call.end(body);
  });
}

async function putPoison({ fleet, random }: Victim) {
  const data = await openLocalData(fleet.place.dataDir).catch(() => null);
  if (data === null) return "skipped" as const;
  const TableName = homeTableName(data.fleet.name, "tasks");
  const Item = oneOf(random, POISON);
  const put = data.client.send(new PutItemCommand({ TableName, Item }));
  const done = await put.then(() => "done" as const).catch(() => "skipped" as const);
  await data.close();
  return done;
}

async function fillDisk({ fleet, mayFillDisk, random }: Victim) {
  if (!mayFillDisk) return "skipped" as const;
  const path = join(fleet.place.dataDir, "filler");
  const file = openSync(path, "w");
  try {
    const block = Buffer.alloc(64 * 1_024);
    while (statfsSync(fleet.place.dataDir).bavail > 0) writeSync(file, block);
  } catch {
    // It is full.
  }
  closeSync(file);
  await sleep(between(random, 300, 1_500));
  rmSync(path);
  return "done" as const;
}

async function readNothing({ fleet, random }: Victim) {
  fleet.listen(false);
  await sleep(between(random, 300, 1_500));
  fleet.listen(true);
  return "done" as const;
}

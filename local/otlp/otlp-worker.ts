import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { openFleetSources } from "../../functions/adapters/dynamodb/dynamodb.ts";
import { localClient } from "../aws/database.ts";
import type { OtlpThreadData } from "./otlp-thread.ts";
import { sendEachMinute } from "./send-each-minute.ts";

const { fleet, database, accessKey, target }: OtlpThreadData = workerData;
const client = localClient(database, fleet.home, accessKey);
// The thread is ended as a whole.
const { signal } = new AbortController();

await sendEachMinute(
  openFleetSources(fleet, () => client),
  target,
  {
    now: Date.now,
    sleep: async (ms) => sleep(ms),
    tell: (sentence) => parentPort?.postMessage(sentence),
    signal,
  },
);

import {
  createDynamoDbClient,
  openFleetSources,
} from "../../functions/adapters/dynamodb/dynamodb.ts";
import { MINUTE_MS } from "../../shared/units.ts";
import { startPageServer } from "../../web/server/page-server.ts";
import { startCountingProxy } from "../cost/counting-proxy.ts";
import { type Row, showSpread, spreadOf } from "../report.ts";
import type { FilledFleet } from "./fill-fleet.ts";

const KEY = { accessKeyId: "bench", secretAccessKey: "bench" };

interface Answer {
  readonly ms: number;
  readonly units: number;
  readonly bytes: number;
  readonly jsonBytes: number;
}

/** What the page's main answers take: of a server that has just begun, and a minute later. */
export async function overviewRows(
  endpoint: string,
  filled: FilledFleet,
  runs: number,
): Promise<Row[]> {
  const answers = new Map<string, Answer[]>();
  for (let run = 0; run < runs; run++) {
    for (const [what, answer] of await askOnce(endpoint, filled))
      answers.set(what, [...(answers.get(what) ?? []), answer]);
  }
  return [...answers].map(([what, own]) => ({
    answer: what,
    "ms: median (least to most)": showSpread(spreadOf(own.map(({ ms }) => ms))),
    "read units": spreadOf(own.map(({ units }) => units)).median,
    "gzip bytes": own[0]?.bytes ?? 0,
    "JSON bytes": own[0]?.jsonBytes ?? 0,
  }));
}

/** Units are counted between the server and its database, which adds some time to each query. */
async function askOnce(endpoint: string, { fleet, nowMs }: FilledFleet) {
  const proxy = await startCountingProxy(endpoint);
  const client = createDynamoDbClient(fleet.home, { endpoint: proxy.endpoint, credentials: KEY });
  let clockMs = nowMs;
  const server = await startPageServer({
    sources: openFleetSources(fleet, () => client),
    place: { address: "127.0.0.1", port: 0, names: [], token: null },
    version: "bench",
    now: () => clockMs,
    pollMs: MINUTE_MS,
    warn: (sentence) => process.stderr.write(`${sentence}\n`),
  });
  const unitsNow = () => [...proxy.units.values()].reduce((sum, { reads }) => sum + reads, 0);
  const ask = async (path: string): Promise<Answer> => {
    const [units, beganMs] = [unitsNow(), performance.now()];
    const reply = await fetch(`${server.url}${path}`, { headers: { "accept-encoding": "gzip" } });
    const json = await reply.text();
    if (!reply.ok) throw new Error(json);
    const ms = performance.now() - beganMs;
    const bytes = Number(reply.headers.get("content-length"));
    return { ms, units: unitsNow() - units, bytes, jsonBytes: Buffer.byteLength(json) };
  };
  const answers: [string, Answer][] = [];
  for (const when of ["first", "a minute later", "again at once"]) {
    if (when === "a minute later") clockMs += MINUTE_MS;
    answers.push([`overview, ${when}`, await ask("/api/overview")]);
    answers.push([`boards of 3 h, ${when}`, await ask("/api/boards?hours=3")]);
  }
  await server.close();
  client.destroy();
  await proxy.close();
  return answers;
}

import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type Exchange, type Units, unitsOf } from "./capacity-units.ts";

/** A DynamoDB endpoint that passes everything on and counts what AWS would bill. */
export interface CountingProxy {
  readonly endpoint: string;
  /** Units so far, by table and operation. */
  readonly units: ReadonlyMap<string, Units>;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 in front of another endpoint. */
export async function startCountingProxy(behind: string): Promise<CountingProxy> {
  const agent = new Agent({ keepAlive: true });
  const units = new Map<string, Units>();
  const server = createServer((incoming, response) => {
    forward(incoming, { behind, agent }).then(
      ({ status, headers, body, exchange }) => {
        for (const each of unitsOf(exchange)) add(units, exchange.operation, each);
        response.writeHead(status, headers).end(body);
      },
      (error: unknown) => fail(response, error),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    units,
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function forward(
  incoming: IncomingMessage,
  { behind, agent }: { readonly behind: string; readonly agent: Agent },
) {
  const sent = await text(incoming);
  const { host, ...headers } = incoming.headers;
  const passed = request(behind, { method: "POST", headers, agent });
  passed.end(sent);
  const [answer]: IncomingMessage[] = await once(passed, "response");
  if (answer === undefined) throw new Error(`No answer from behind ${host}`);
  const body = await text(answer);
  const target = String(incoming.headers["x-amz-target"]);
  const exchange: Exchange = {
    operation: target.slice(target.indexOf(".") + 1),
    request: JSON.parse(sent),
    answer: JSON.parse(body),
  };
  return { status: answer.statusCode ?? 500, headers: answer.headers, body, exchange };
}

function add(sums: Map<string, Units>, operation: string, { table, writes, reads }: Units): void {
  const key = `${table} ${operation}`;
  const held = sums.get(key) ?? { table, writes: 0, reads: 0 };
  sums.set(key, { table, writes: held.writes + writes, reads: held.reads + reads });
}

function fail(response: ServerResponse, error: unknown): void {
  response.writeHead(500).end(String(error));
}

import { once } from "node:events";
import { type IncomingHttpHeaders, request } from "node:http";
import { text } from "node:stream/consumers";
import { type PageServer, startPageServer } from "../../../web/server/page-server.ts";
import type { FakeFleet } from "../../fakes/fleet-sources.ts";

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a request has beside its path. `headers` replace those of a browser on the page. */
export interface Wish {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a request as it is written, with whatever Host it names. */
export async function ask(url: string, path: string, wish: Wish = {}): Promise<Reply> {
  const { hostname, port } = new URL(url);
  const sent = request({
    ...{ hostname, port, path, agent: false },
    method: wish.method ?? "GET",
    headers: { ...wish.headers },
  });
  sent.end(wish.body);
  const [response] = await once(sent, "response");
  const body = await text(response);
  return { status: response.statusCode, headers: response.headers, body };
}

/** A page of a fleet in memory on a free port. */
export async function startTestPage(
  fleet: FakeFleet,
  different: { readonly token?: string; readonly pollMs?: number; readonly address?: string } = {},
): Promise<PageServer & { readonly warned: string[] }> {
  const warned: string[] = [];
  const server = await startPageServer({
    sources: fleet,
    place: {
      address: different.address ?? "127.0.0.1",
      port: 0,
      names: ["probes.example.com"],
      token: different.token ?? null,
    },
    version: "1.2.3",
    now: () => fleet.nowMs,
    pollMs: different.pollMs ?? 5,
    warn: (sentence) => warned.push(sentence),
  });
  return { ...server, warned };
}

import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { closeAtOnce, openOnLoopback } from "./loopback.ts";

/** An invocation as it comes over the wire. */
export interface WireInvocation {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface LambdaServer {
  readonly endpoint: string;
  readonly calls: WireInvocation[];
  /** Answers a call; the default accepts it. */
  answer: (response: ServerResponse, attempt: number) => void;
  close(): Promise<void>;
}

/** A Lambda on loopback that takes asynchronous invocations and nothing else. */
export async function startLambda(): Promise<LambdaServer> {
  const server = createServer(async (request, response) => {
    const { method = "", url: path = "", headers } = request;
    rig.calls.push({ method, path, headers, body: await text(request) });
    rig.answer(response, rig.calls.length);
  });
  const endpoint = await openOnLoopback(server);
  const rig: LambdaServer = {
    endpoint,
    calls: [],
    answer: (response) => response.writeHead(202).end(),
    close: async () => {
      await closeAtOnce(server);
    },
  };
  return rig;
}

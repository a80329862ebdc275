import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type DurationMs, SECOND_MS } from "../../shared/units.ts";
import { HttpProblem } from "./http/problem.ts";
import { SECURITY_HEADERS } from "./http/security-headers.ts";
import { answerToError } from "./http/send-answer.ts";

/** Answers a request. */
export type TakeRequest = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that listens, and keeps requests until there is somebody who answers them. */
export interface Listener {
  readonly port: number;
  /** Where a browser on this machine finds it. */
  readonly url: string;
  /** Answers what has come and what comes. */
  serve(take: TakeRequest): void;
  /** Waits a moment for answers that are under way, and ends all connections. */
  close(): Promise<void>;
}

/** Where to listen. */
export interface ListenSetup {
  readonly address: string;
  /** 0 is a free one. */
  readonly port: number;
  /** Is called when the first request comes. */
  readonly onAsked?: () => void;
}

const HEAD_MS: DurationMs = 5 * SECOND_MS;
const REQUEST_MS: DurationMs = 20 * SECOND_MS;
const KEEP_ALIVE_MS: DurationMs = 65 * SECOND_MS;
const MOST_CONNECTIONS = 500;
const MOST_HEAD_BYTES = 8 * 1024;
const CLOSE_MS: DurationMs = 500;

/**
 * Listens. It loads next to nothing, so that it can say at once where the page will be. Rejects with the
 * system's error if it can't listen.
 */
export async function startListener(setup: ListenSetup): Promise<Listener> {
  const { address, onAsked = () => undefined } = setup;
  const server = createServer({
    headersTimeout: HEAD_MS,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: SECOND_MS,
    maxHeaderSize: MOST_HEAD_BYTES,
  });
  server.maxConnections = MOST_CONNECTIONS;
  const serving = Promise.withResolvers<TakeRequest>();
  server.once("request", onAsked);
  server.on("request", (request, response) => {
    void serving.promise.then((take) => take(request, response));
  });
  server.on("clientError", answerBadHead);
  // Whoever holds connections that ask nothing keeps nobody else out for long.
  server.on("drop", () => server.closeIdleConnections());
  server.listen(setup.port, address);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${nameOf(address)}:${port}`,
    serve: serving.resolve,
    close: () => closeServer(server),
  };
}

function nameOf(address: string): string {
  if (address === "0.0.0.0" || address === "::") return "127.0.0.1";
  return address.includes(":") ? `[${address}]` : address;
}

/**
 * A head that can't be read has no request to answer. A browser opens connections before it needs them, and
 * would take a refusal there for the answer to its next request; if it is closed it opens another.
 */
function answerBadHead(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || socket.bytesRead === 0) {
    socket.destroy();
    return;
  }
  const { status = 400, content, headers } = answerToError(problemOf(error));
  const fields = {
    ...SECURITY_HEADERS,
    ...headers,
    "content-type": content.type,
    connection: "close",
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} Refused\r\n${lines.join("")}\r\n${content.bytes}`);
}

function problemOf({ code }: NodeJS.ErrnoException): HttpProblem {
  if (code === "HPE_HEADER_OVERFLOW")
    return new HttpProblem(431, `The head must have at most ${MOST_HEAD_BYTES} bytes`);
  if (code === "ERR_HTTP_REQUEST_TIMEOUT")
    return new HttpProblem(408, "The request took too long to come");
  return new HttpProblem(400, "The request could not be read");
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
  await closed;
  clearTimeout(late);
}

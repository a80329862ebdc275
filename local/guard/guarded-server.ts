import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type DurationMs, SECOND_MS } from "../../shared/units.ts";
import { signedRegion } from "./access-key.ts";
import { type GuardRules, RequestRefusal, refuseRequest, tooLarge } from "./refuse-request.ts";

/** A request that the guard has let in, with its whole body. */
export interface GuardedRequest {
  /** The operation that the client asks for, from the `X-Amz-Target` header. */
  readonly target: string;
  readonly path: string;
  /** How Lambda is asked to invoke, from the `X-Amz-Invocation-Type` header; empty without one. */
  readonly invocationType: string;
  /** The region for which it is signed; null if it names none. */
  readonly region: string | null;
  readonly body: Buffer;
  /** Aborts when the client is gone, or has its answer. */
  readonly over: AbortSignal;
}

/** An answer: its HTTP status, and its body as JSON. */
export interface GuardedAnswer {
  readonly status: number;
  readonly body: string;
}

/** How long a client may take to send, and how often that is checked. */
export interface ServerLimits {
  readonly headMs: DurationMs;
  readonly requestMs: DurationMs;
  readonly checkMs: DurationMs;
}

/** What a server is started with. */
export interface GuardedServerSetup extends Omit<GuardRules, "port"> {
  readonly contentType: string;
  /** Throws RequestRefusal for a request that is not right; any other error is answered with 500. */
  readonly answer: (request: GuardedRequest) => Promise<GuardedAnswer>;
  readonly limits?: ServerLimits;
}

/** An HTTP server on 127.0.0.1 that answers only the clients of this run. */
export interface GuardedServer {
  readonly endpoint: string;
  /** Answers the requests that are complete, and ends all connections. */
  close(): Promise<void>;
}

const LIMITS: ServerLimits = {
  headMs: 5 * SECOND_MS,
  requestMs: 20 * SECOND_MS,
  checkMs: SECOND_MS,
};

/** A fleet of 80 regions with all its sockets busy; more would take the probes' descriptors. */
const MOST_CONNECTIONS = 2_000;

/** Listens on a free port of 127.0.0.1. */
export async function startGuardedServer(setup: GuardedServerSetup): Promise<GuardedServer> {
  const { headMs, requestMs, checkMs } = setup.limits ?? LIMITS;
  const server = createServer({
    headersTimeout: headMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: checkMs,
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const underWay = new Set<Promise<unknown>>();
  const exchange = new Exchange({ ...setup, port }, underWay);
  server.on("request", (request, response) => exchange.begin(request, response));
  server.on("checkContinue", (request, response) => exchange.begin(request, response, true));
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: () => closeServer(server, underWay),
  };
}

async function closeServer(server: Server, underWay: ReadonlySet<Promise<unknown>>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await Promise.all(underWay);
  server.closeAllConnections();
  await closed;
}

/** Every request's way from its head to its answer. */
class Exchange {
  readonly #setup: GuardedServerSetup & GuardRules;
  readonly #underWay: Set<Promise<unknown>>;

  constructor(setup: GuardedServerSetup & GuardRules, underWay: Set<Promise<unknown>>) {
    this.#setup = setup;
    this.#underWay = underWay;
  }

  begin(request: IncomingMessage, response: ServerResponse, waits = false): void {
    // An aborted upload or a reset is no fault of ours; the client gets no answer.
    request.on("error", () => request.destroy());
    response.on("error", () => response.destroy());
    const refusal = refuseRequest(request, this.#setup);
    if (refusal !== null) {
      this.#refuse(request, response, refusal);
      return;
    }
    if (waits) response.writeContinue();
    readBody(request, this.#setup.mostBodyBytes, (body) => {
      if (body === null) this.#refuse(request, response, tooLarge(this.#setup.mostBodyBytes));
      else this.#track(this.#answer(request, response, body));
    });
  }

  #track(work: Promise<void>): void {
    const done = work.finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }

  async #answer(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    const over = new AbortController();
    const closed = new Promise<void>((resolve) => response.once("close", resolve));
    void closed.then(() => over.abort());
    const { headers, url: path = "" } = request;
    const asked = {
      target: String(headers["x-amz-target"] ?? ""),
      path,
      invocationType: String(headers["x-amz-invocation-type"] ?? ""),
      region: signedRegion(headers.authorization),
    };
    try {
      this.#send(response, await this.#setup.answer({ ...asked, body, over: over.signal }));
    } catch (error) {
      this.#send(response, answerTo(error));
    }
    await closed;
  }

  /** The rest of the body is not read: the connection ends with the answer. */
  #refuse(request: IncomingMessage, response: ServerResponse, refusal: RequestRefusal): void {
    response.setHeader("connection", "close");
    this.#send(response, answerTo(refusal));
    request.resume();
  }

  #send(response: ServerResponse, { status, body }: GuardedAnswer): void {
    response.writeHead(status, {
      "content-type": this.#setup.contentType,
      "x-content-type-options": "nosniff",
      "x-amzn-requestid": randomUUID(),
    });
    response.end(body);
  }
}

/** Calls back once with the whole body, or with null as soon as it is too large; never if the client goes away. */
function readBody(
  request: IncomingMessage,
  mostBytes: number,
  use: (body: Buffer | null) => void,
): void {
  const parts: Buffer[] = [];
  let bytes = 0;
  const take = (part: Buffer): void => {
    bytes += part.length;
    if (bytes <= mostBytes) {
      parts.push(part);
      return;
    }
    request.off("data", take).off("end", end);
    use(null);
  };
  const end = (): void => use(Buffer.concat(parts));
  request.on("data", take).on("end", end);
}

function answerTo(error: unknown): GuardedAnswer {
  const { status, type, message } =
    error instanceof RequestRefusal
      ? error
      : new RequestRefusal(500, "InternalServerError", String(error));
  return { status, body: JSON.stringify({ __type: type, message }) };
}

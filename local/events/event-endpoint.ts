import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  acceptEntry,
  type BusContext,
  type EntryResult,
  type EventEnvelope,
  parseRequest,
  RequestError,
} from "./put-events.ts";

/** A local PutEvents for the AWS SDK (AWS JSON 1.1 over HTTP). */
export interface EventEndpoint {
  readonly endpoint: string;
  close(): Promise<void>;
}

const PUT_EVENTS = "AWSEvents.PutEvents";

/** PutEvents takes 1 MB in all; escapes in JSON can make the body longer than that. */
const MOST_BODY_BYTES = 4 * 1024 * 1024;

/** Where a fleet says whether it is the run that the request names in its header. */
export const RUN_PATH = "/run";
export const RUN_HEADER = "x-synfleet-run";

/** Takes an event; when it resolves, the event will not be lost. */
export type TakeEvent = (event: EventEnvelope) => Promise<void>;

/** The bus that an endpoint speaks for, and the run that it belongs to. */
interface EndpointPlace extends Pick<BusContext, "bus" | "region"> {
  readonly run: string;
}

/** Listens on 127.0.0.1; a request is answered when `take` has resolved for each of its events. */
export async function startEventEndpoint(
  place: EndpointPlace,
  take: TakeEvent,
): Promise<EventEndpoint> {
  const context = { ...place, newId: randomUUID, now: () => new Date() };
  const server = createServer((request, response) => {
    if (request.url === RUN_PATH) {
      response.writeHead(request.headers[RUN_HEADER] === place.run ? 204 : 404).end();
      return;
    }
    answer(request, context, take).then(
      (body) => send(response, 200, body),
      (error: unknown) => {
        // The unread rest of the body would be parsed as the next request on this connection.
        if (!request.complete) response.setHeader("connection", "close");
        sendError(response, error);
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  context: BusContext,
  take: TakeEvent,
): Promise<object> {
  refuseForeignHost(request);
  const body = await readBody(request);
  const target = request.headers["x-amz-target"];
  if (target !== PUT_EVENTS) {
    throw new RequestError("UnknownOperationException", `Not offered here: ${target}`);
  }
  const accepted = parseRequest(parseBody(body)).map((entry) => acceptEntry(entry, context));
  await Promise.all(accepted.map((one) => ("ErrorCode" in one ? null : take(one))));
  const results = accepted.map(
    (one): EntryResult => ("ErrorCode" in one ? one : { EventId: one.id }),
  );
  const failed = results.filter((result) => "ErrorCode" in result);
  return { FailedEntryCount: failed.length, Entries: results };
}

/** A web page can reach loopback by a name of its own (DNS rebinding), but then the host is that name. */
function refuseForeignHost(request: IncomingMessage): void {
  const host = request.headers.host ?? "";
  if (/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) return;
  throw new RequestError("AccessDeniedException", "Only for clients of this machine");
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > MOST_BODY_BYTES) {
      throw new RequestError("RequestEntityTooLargeException", "The request is too large");
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new RequestError("SerializationException", "The request is not valid JSON");
  }
}

function sendError(response: ServerResponse, error: unknown): void {
  if (error instanceof RequestError) {
    send(response, 400, { __type: error.type, message: error.message });
    return;
  }
  send(response, 500, { __type: "InternalException", message: String(error) });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    "content-type": "application/x-amz-json-1.1",
    "x-amzn-requestid": randomUUID(),
  });
  response.end(JSON.stringify(body));
}

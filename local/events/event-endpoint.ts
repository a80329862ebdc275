import { randomUUID } from "node:crypto";
import {
  type GuardedRequest,
  type GuardedServer,
  startGuardedServer,
} from "../guard/guarded-server.ts";
import { RequestRefusal } from "../guard/refuse-request.ts";
import {
  acceptEntry,
  type BusContext,
  type EntryResult,
  type EventEnvelope,
  parseRequest,
} from "./put-events.ts";

const PUT_EVENTS = "AWSEvents.PutEvents";

/** PutEvents takes 1 MB in all; escapes in JSON can make the body longer than that. */
const MOST_BODY_BYTES = 4 * 1024 * 1024;

/** The operation by which a fleet says that it is the run whose access key the request has. */
export const RUN_TARGET = "Synfleet.Run";

/** Takes an event; when it resolves, the event will not be lost. */
export type TakeEvent = (event: EventEnvelope) => Promise<void>;

/** Where the bus is, and the access key that its clients need. */
export interface EventPlace extends Pick<BusContext, "bus" | "region"> {
  readonly accessKey: string;
}

/**
 * A local PutEvents for the AWS SDK (AWS JSON 1.1 over HTTP). A request is answered when `take` has
 * resolved for each of its events.
 */
export async function startEventEndpoint(
  { accessKey, ...place }: EventPlace,
  take: TakeEvent,
): Promise<GuardedServer> {
  const context = { ...place, newId: randomUUID, now: () => new Date() };
  return await startGuardedServer({
    accessKey,
    mostBodyBytes: MOST_BODY_BYTES,
    contentType: "application/x-amz-json-1.1",
    answer: async (request) => {
      if (request.target === RUN_TARGET) return { status: 204, body: "" };
      return { status: 200, body: JSON.stringify(await putEvents(request, context, take)) };
    },
  });
}

async function putEvents(
  { target, body }: GuardedRequest,
  context: BusContext,
  take: TakeEvent,
): Promise<object> {
  if (target !== PUT_EVENTS) {
    throw new RequestRefusal(400, "UnknownOperationException", `Not offered here: ${target}`);
  }
  const accepted = parseRequest(parseBody(body)).map((entry) => acceptEntry(entry, context));
  await Promise.all(accepted.map((one) => ("ErrorCode" in one ? null : take(one))));
  const results = accepted.map(
    (one): EntryResult => ("ErrorCode" in one ? one : { EventId: one.id }),
  );
  const failed = results.filter((result) => "ErrorCode" in result);
  return { FailedEntryCount: failed.length, Entries: results };
}

function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new RequestRefusal(400, "SerializationException", "The request is not valid JSON");
  }
}

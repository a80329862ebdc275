import type { ServerResponse } from "node:http";
import { startLambda, type WireInvocation } from "./lambda-server.ts";

/** A queue on loopback that takes messages in SQS's JSON protocol and delivers nothing by itself. */
export interface SqsServer {
  readonly endpoint: string;
  readonly calls: WireInvocation[];
  /** The messages, as they were sent. */
  readonly messages: () => Readonly<Record<string, unknown>>[];
  /** The event in which Lambda hands over a message. */
  readonly eventOf: (message: Readonly<Record<string, unknown>> | undefined) => object;
  /** Answers a call; the default accepts it. */
  answer: (response: ServerResponse, attempt: number) => void;
  close(): Promise<void>;
}

export async function startSqs(): Promise<SqsServer> {
  const server = await startLambda();
  const accept = (response: ServerResponse) =>
    response.writeHead(200).end(JSON.stringify({ MessageId: "m" }));
  const rig: SqsServer = {
    endpoint: server.endpoint,
    calls: server.calls,
    messages: () => server.calls.map(({ body }) => JSON.parse(body)),
    eventOf: (message) => ({
      Records: [{ messageId: "m", eventSource: "aws:sqs", body: message?.MessageBody }],
    }),
    answer: accept,
    close: () => server.close(),
  };
  server.answer = (response, attempt) => rig.answer(response, attempt);
  return rig;
}

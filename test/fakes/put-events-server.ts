import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { closeAtOnce, openOnLoopback } from "./loopback.ts";

/** An entry as it comes over the wire. */
export interface WireEntry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly EventBusName: string;
  readonly Resources: readonly string[];
  /** Unix seconds. */
  readonly Time: number;
}

export interface PutEventsServer {
  readonly endpoint: string;
  /** The entries of each call. */
  readonly calls: WireEntry[][];
  /** An error code for an entry that is to fail; null for one that is taken. */
  judge: (entry: WireEntry) => string | null;
  /** The name of an error for a call that is to fail as a whole; null for one that is answered. */
  refuse: (entries: readonly WireEntry[]) => string | null;
  close(): Promise<void>;
}

/** An EventBridge on loopback that takes PutEvents and nothing else. */
export async function startPutEvents(): Promise<PutEventsServer> {
  const server = createServer(async (request, response) => {
    const { Entries } = JSON.parse(await text(request)) as { Entries: WireEntry[] };
    rig.calls.push(Entries);
    const refusal = rig.refuse(Entries);
    if (refusal !== null) {
      response.writeHead(400, { "content-type": "application/x-amz-json-1.1" });
      return response.end(JSON.stringify({ __type: refusal, message: "no" }));
    }
    const answers = Entries.map((entry) => {
      const code = rig.judge(entry);
      return code === null ? { EventId: "1" } : { ErrorCode: code, ErrorMessage: "no" };
    });
    const failed = answers.filter((answer) => "ErrorCode" in answer).length;
    response.setHeader("content-type", "application/x-amz-json-1.1");
    return response.end(JSON.stringify({ FailedEntryCount: failed, Entries: answers }));
  });
  const endpoint = await openOnLoopback(server);
  const rig: PutEventsServer = {
    endpoint,
    calls: [],
    judge: () => null,
    refuse: () => null,
    close: async () => {
      await closeAtOnce(server);
    },
  };
  return rig;
}

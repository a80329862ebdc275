import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Fleet } from "../../shared/plan/plan.ts";
import { type Embedded, startEmbedded } from "../embedded.ts";
import { closeAtOnce, openOnLoopback } from "../fakes/loopback.ts";

const INVOKE = /^\/2015-03-31\/functions\/([\w-]+)\/invocations$/;

/** One call as IAM would judge it. */
export interface Call {
  readonly action: string;
  /** A table's, a bus's or a function's name. */
  readonly resource: string;
  /** Partition keys, where the call names them; event sources of PutEvents. */
  readonly keys: readonly string[];
  /** The signature's own text. */
  readonly authorization: string;
  readonly sessionToken: string | undefined;
}

export interface RecordingAws {
  readonly endpoint: string;
  readonly embedded: Embedded;
  readonly calls: Call[];
  /** Whether nobody is let in. */
  isAway: boolean;
  close(): Promise<void>;
}

/** The embedded DynamoDB behind a server that remembers every call, and takes PutEvents and Invoke itself. */
export async function startRecordingAws(fleet: Fleet): Promise<RecordingAws> {
  const embedded = await startEmbedded(fleet);
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    if (aws.isAway) return void request.destroy();
    const body = await text(request);
    if (request.method === "PUT") {
      calls.push(readPut(request));
      return response.end();
    }
    const seen = readCalls(request, JSON.parse(body));
    calls.push(...seen);
    if (seen[0]?.action === "events:PutEvents") return takeEvents(body, response);
    if (seen[0]?.action === "lambda:InvokeFunction") return response.writeHead(202).end();
    await pass(request, body, { endpoint: embedded.endpoint, response });
  });
  const endpoint = await openOnLoopback(server);
  const aws: RecordingAws = {
    endpoint,
    embedded,
    calls,
    isAway: false,
    close: async () => {
      await closeAtOnce(server);
      await embedded.close();
    },
  };
  return aws;
}

/** S3 is asked by path: the bucket first. */
function readPut({ url = "", headers }: IncomingMessage): Call {
  return {
    ...{ action: "s3:PutObject", resource: url.slice(1), keys: [] },
    authorization: String(headers.authorization),
    sessionToken: headers["x-amz-security-token"]?.toString(),
  };
}

function takeEvents(body: string, response: ServerResponse): void {
  const { Entries } = JSON.parse(body) as { Entries: unknown[] };
  response.setHeader("content-type", "application/x-amz-json-1.1");
  const taken = Entries.map((_, i) => ({ EventId: String(i) }));
  response.end(JSON.stringify({ FailedEntryCount: 0, Entries: taken }));
}

async function pass(
  request: IncomingMessage,
  body: string,
  to: { readonly endpoint: string; readonly response: ServerResponse },
): Promise<void> {
  const wanted = ["authorization", "content-type", "x-amz-target", "x-amz-date"];
  const headers = Object.fromEntries(wanted.map((name) => [name, String(request.headers[name])]));
  const answer = await fetch(to.endpoint, { method: "POST", body, headers });
  to.response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" });
  to.response.end(await answer.text());
}

type Body = Readonly<Record<string, unknown>>;

function readCalls(request: IncomingMessage, body: Body): Call[] {
  const [service = "", operation = ""] = String(request.headers["x-amz-target"]).split(".");
  const signed = {
    authorization: String(request.headers.authorization),
    sessionToken: request.headers["x-amz-security-token"]?.toString(),
  };
  const [, invoked] = INVOKE.exec(request.url ?? "") ?? [];
  if (invoked !== undefined)
    return [{ action: "lambda:InvokeFunction", resource: invoked, keys: [], ...signed }];
  if (service === "AWSEvents")
    return entriesOf(body).map(({ EventBusName, Source }) => ({
      action: `events:${operation}`,
      resource: EventBusName,
      keys: [Source],
      ...signed,
    }));
  const action = `dynamodb:${operation}`;
  return tablesIn(body).map(([resource, keys]) => ({ action, resource, keys, ...signed }));
}

function entriesOf(body: Body): { EventBusName: string; Source: string }[] {
  return body.Entries as { EventBusName: string; Source: string }[];
}

/** Every table of a request, with the partition keys that it names there. */
function tablesIn(body: Body): [string, string[]][] {
  const batches = body.RequestItems as Record<string, unknown> | undefined;
  if (batches !== undefined)
    return Object.entries(batches).map(([table, batch]) => [table, partitionKeysIn(batch)]);
  const { Key, Item, ExpressionAttributeValues: values } = body;
  return [[String(body.TableName), partitionKeysIn(Key ?? Item ?? onlyPk(values))]];
}

/** The queries of this project call their partition key's value `:pk`. */
function onlyPk(values: unknown): unknown {
  return { pk: (values as Record<string, unknown> | undefined)?.[":pk"] };
}

function partitionKeysIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const { pk } = value as { pk?: { S?: unknown } };
  if (typeof pk?.S === "string") return [pk.S];
  return Object.values(value).flatMap(partitionKeysIn);
}

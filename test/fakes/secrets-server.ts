import { createServer, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { closeAtOnce, openOnLoopback } from "./loopback.ts";

/** A request for a secret as it comes over the wire. */
export interface WireRead {
  readonly target: string;
  readonly body: unknown;
  readonly authorization: string;
}

/** Secrets Manager and Parameter Store on loopback. */
export interface SecretsServer {
  readonly endpoint: string;
  readonly reads: WireRead[];
  /** By the name that is asked for. */
  readonly texts: Map<string, string>;
  /** Answers a read instead of the texts. */
  answer: ((response: ServerResponse, attempt: number) => void) | null;
  close(): Promise<void>;
}

export async function startSecretsServer(): Promise<SecretsServer> {
  const server = createServer(async (request, response) => {
    const { "x-amz-target": target, authorization = "" } = request.headers;
    const body = JSON.parse(await text(request));
    rig.reads.push({ target: String(target), body, authorization });
    if (rig.answer !== null) return rig.answer(response, rig.reads.length);
    const found = rig.texts.get(body.SecretId ?? body.Name);
    if (found === undefined) return void refuse(response, 400, "ResourceNotFoundException");
    const isParameter = target === "AmazonSSM.GetParameter";
    const answer = isParameter ? { Parameter: { Value: found } } : { SecretString: found };
    response.end(JSON.stringify(answer));
  });
  const endpoint = await openOnLoopback(server);
  const rig: SecretsServer = {
    endpoint,
    reads: [],
    texts: new Map(),
    answer: null,
    close: async () => {
      await closeAtOnce(server);
    },
  };
  return rig;
}

/** An error as the JSON protocol has it, with a message that nobody must see. */
export function refuse(response: ServerResponse, status: number, name: string): void {
  const body = { __type: `com.amazonaws.coral.service#${name}`, Message: "very private" };
  response.writeHead(status).end(JSON.stringify(body));
}

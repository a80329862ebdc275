import {
  type GuardedAnswer,
  type GuardedRequest,
  type GuardedServer,
  startGuardedServer,
} from "../guard/guarded-server.ts";
import { RequestRefusal } from "../guard/refuse-request.ts";

/** An asynchronous invocation, as a client asks for it. */
export interface Invocation {
  /** In which the client thinks that the function is. */
  readonly region: string;
  /** The function's whole name. */
  readonly functionName: string;
  readonly event: object;
}

/** Begins an invocation, if there is such a function and room for it. It does not wait for its end. */
export type TakeInvocation = (invocation: Invocation) => "accepted" | "unknown" | "full";

/** The path of the operation Invoke, from Lambda's API reference. */
const INVOKE = /^\/2015-03-31\/functions\/([\w-]{1,64})\/invocations$/;

/** Lambda takes 256 KB in an asynchronous invocation. */
const MOST_BODY_BYTES = 256 * 1_024;

/**
 * A local Invoke with the invocation type `Event`. All regions have this one endpoint, so the region
 * is the one for which the request is signed.
 */
export async function startFunctionEndpoint(
  accessKey: string,
  take: TakeInvocation,
): Promise<GuardedServer> {
  return await startGuardedServer({
    accessKey,
    mostBodyBytes: MOST_BODY_BYTES,
    contentType: "application/json",
    paths: INVOKE,
    answer: async (request) => answer(readInvocation(request), take),
  });
}

function readInvocation({ path, region, body }: GuardedRequest): Invocation {
  const [, functionName = ""] = INVOKE.exec(path) ?? [];
  if (region === null) {
    throw new RequestRefusal(403, "InvalidSignatureException", "The signature names no region");
  }
  return { region, functionName, event: parseEvent(body) };
}

function parseEvent(body: Buffer): object {
  const refusal = new RequestRefusal(
    400,
    "InvalidRequestContentException",
    "The event must be a JSON object",
  );
  try {
    const event: unknown = JSON.parse(body.toString("utf8"));
    if (typeof event === "object" && event !== null) return event;
  } catch {
    throw refusal;
  }
  throw refusal;
}

function answer(invocation: Invocation, take: TakeInvocation): GuardedAnswer {
  const { functionName, region } = invocation;
  const taken = take(invocation);
  if (taken === "accepted") return { status: 202, body: "" };
  if (taken === "full") {
    throw new RequestRefusal(429, "TooManyRequestsException", "Rate Exceeded");
  }
  const message = `Function not found: ${functionName} in ${region}`;
  throw new RequestRefusal(404, "ResourceNotFoundException", message);
}

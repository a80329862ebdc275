import {
  type GuardedAnswer,
  type GuardedRequest,
  type GuardedServer,
  startGuardedServer,
} from "../guard/guarded-server.ts";
import { RequestRefusal } from "../guard/refuse-request.ts";

/** An invocation, as a client asks for it. */
export interface Invocation {
  /** In which the client thinks that the function is. */
  readonly region: string;
  /** The function's whole name. */
  readonly functionName: string;
  readonly event: object;
}

/** What an invocation comes to: the function's answer, or the error that it ended with. */
type InvocationEnd = Promise<unknown>;

/** Begins an invocation, if there is such a function and room for it. It does not wait for its end. */
export type TakeInvocation = (
  invocation: Invocation,
) => { readonly ended: InvocationEnd } | "unknown" | "full";

/** The path of the operation Invoke, from Lambda's API reference. */
const INVOKE = /^\/2015-03-31\/functions\/([\w-]{1,64})\/invocations$/;

/** Lambda takes 256 KB in an asynchronous invocation. */
const MOST_BODY_BYTES = 256 * 1_024;

/** The invocation type of a client that does not wait; with any other, Lambda's default included, it does. */
const DOES_NOT_WAIT = "Event";

/**
 * A local Invoke, with the invocation types `Event` and `RequestResponse`. All regions have this one
 * endpoint, so the region is the one for which the request is signed.
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
    answer: (request) => answer(readInvocation(request), request.invocationType, take),
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

async function answer(
  invocation: Invocation,
  type: string,
  take: TakeInvocation,
): Promise<GuardedAnswer> {
  const { functionName, region } = invocation;
  const taken = take(invocation);
  if (typeof taken === "object")
    return type === DOES_NOT_WAIT ? { status: 202, body: "" } : await answerOf(taken.ended);
  if (taken === "full") {
    throw new RequestRefusal(429, "TooManyRequestsException", "Rate Exceeded");
  }
  const message = `Function not found: ${functionName} in ${region}`;
  throw new RequestRefusal(404, "ResourceNotFoundException", message);
}

/** As Lambda tells what a function returned, or threw. */
async function answerOf(ended: InvocationEnd): Promise<GuardedAnswer> {
  const returned = await ended.catch((error: unknown) => ({
    errorMessage: error instanceof Error ? error.message : String(error),
  }));
  return { status: 200, body: JSON.stringify(returned ?? null) };
}

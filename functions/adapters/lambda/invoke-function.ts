import { partition } from "@aws-sdk/core/client";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { SignatureV4 } from "@smithy/signature-v4";
import { ENV, functionName } from "../../../shared/contract.ts";
import { type DurationMs, type RegionName, SECOND_MS } from "../../../shared/units.ts";
import type { FunctionInvoker } from "../../ports/function-invoker.ts";

const CONNECT_TIMEOUT_MS: DurationMs = 500;

/** An attempt may take this long, both together `LONGEST_MS`. */
const ATTEMPT_MS: DurationMs = SECOND_MS;
const LONGEST_MS: DurationMs = 2 * SECOND_MS;
const ATTEMPTS = 2;

/** Lambda has put the event into the function's queue. */
const ACCEPTED = 202;

/** A variable of the SDK's own: where Lambda is, instead of its endpoint in each region. */
const ENDPOINT = "AWS_ENDPOINT_URL_LAMBDA";

/**
 * Opens the way to the functions of a fleet; null if the deployment says that no function may invoke
 * another.
 */
export function openInvoker(
  fleet: string,
  environment: Readonly<Record<string, string | undefined>>,
): FunctionInvoker | null {
  if (environment[ENV.hints] === "off") return null;
  return createFunctionInvoker(fleet, environment[ENDPOINT]);
}

/**
 * Invokes the fleet's functions asynchronously, by their names. Requests are signed and sent with the
 * parts of the SDK's clients that every bundle has: a client for Lambda would be a quarter of it
 * (docs/decisions/0030). Nothing is made before the first invocation, so no cold start pays for it.
 * Source: Lambda API reference, "Invoke", with the invocation type `Event`.
 */
function createFunctionInvoker(fleet: string, endpoint: string | undefined): FunctionInvoker {
  let sender: Sender | undefined;
  return {
    async invoke({ region, function: name }, event) {
      sender ??= makeSender();
      const path = `/2015-03-31/functions/${functionName(fleet, name)}/invocations`;
      const url = new URL(path, endpoint ?? lambdaEndpoint(region));
      const isAccepted = await sendPatiently(sender, { region, url, body: JSON.stringify(event) });
      return isAccepted ? "accepted" : "failed";
    },
  };
}

/** What an invoker keeps from one invocation to the next. */
interface Sender {
  readonly handler: NodeHttpHandler;
  readonly credentials: ReturnType<typeof defaultProvider>;
}

function makeSender(): Sender {
  const handler = new NodeHttpHandler({
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: ATTEMPT_MS,
    throwOnRequestTimeout: true,
  });
  return { handler, credentials: defaultProvider() };
}

function lambdaEndpoint(region: RegionName): string {
  return `https://lambda.${region}.${partition(region).dnsSuffix}`;
}

interface Invocation {
  readonly region: RegionName;
  readonly url: URL;
  readonly body: string;
}

/** An attempt that fails for whatever reason is made once more: a second delivery does no harm. */
async function sendPatiently(sender: Sender, invocation: Invocation): Promise<boolean> {
  const signal = AbortSignal.timeout(LONGEST_MS);
  for (let attempt = 0; attempt < ATTEMPTS && !signal.aborted; attempt++) {
    const status = await send(sender, invocation, signal).catch(() => null);
    if (status !== null && !isWorthRetry(status)) return status === ACCEPTED;
  }
  return false;
}

/** Throttled, or a fault of Lambda's own. */
function isWorthRetry(status: number): boolean {
  return status === 429 || status >= 500;
}

async function send(
  { handler, credentials }: Sender,
  { region, url, body }: Invocation,
  abortSignal: AbortSignal,
): Promise<number> {
  const signer = new SignatureV4({ service: "lambda", region, credentials, sha256: Sha256 });
  const request = new HttpRequest({
    method: "POST",
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port !== "" && { port: Number(url.port) }),
    path: url.pathname,
    headers: {
      host: url.host,
      "content-type": "application/json",
      "x-amz-invocation-type": "Event",
    },
    body,
  });
  const signed = await signer.sign(request);
  const { response } = await handler.handle(new HttpRequest(signed), { abortSignal });
  response.body.resume();
  return response.statusCode;
}

import { addAbortSignal, type Readable } from "node:stream";
import { partition } from "@aws-sdk/core/client";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { SignatureV4 } from "@smithy/signature-v4";
import { type DurationMs, type RegionName, SECOND_MS } from "../../../shared/units.ts";

const CONNECT_TIMEOUT_MS: DurationMs = 500;
const ATTEMPTS = 2;

/** More of an answer is not read. */
const MOST_ANSWER_BYTES = 256 * 1_024;

/** One request to a service, a POST if no other method is named. */
export interface AwsRequest {
  /** The name by which it is signed, which is also that of the endpoint. */
  readonly service: string;
  readonly region: RegionName;
  readonly method?: "GET" | "PUT";
  /** It may have a query, with each name once. */
  readonly path: string;
  /** Instead of the service's endpoint in the region. */
  readonly endpoint?: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a service answered. */
export interface AwsAnswer {
  readonly statusCode: number;
  readonly text: string;
}

/** How long one attempt may take, and how long all of them together. */
export interface Patience {
  readonly attemptMs: DurationMs;
  readonly longestMs: DurationMs;
  /** How long a connection may take to open; absent: as within AWS. */
  readonly connectMs?: DurationMs;
}

/** What requests are signed with, if not with what the environment and its files say. */
export interface SigningKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const USUAL: Patience = { attemptMs: SECOND_MS, longestMs: 2 * SECOND_MS };

/** Sends signed requests. Nothing is made before the first one, so that no cold start pays for it. */
export class SignedSender {
  readonly #patience: Patience;
  readonly #key: SigningKey | undefined;
  #tools: Tools | null = null;

  constructor(patience: Patience = USUAL, key?: SigningKey) {
    this.#patience = patience;
    this.#key = key;
  }

  /** Throws if there are no credentials to sign with, which `send` takes for no answer. */
  async findCredentials(): Promise<void> {
    if (this.#key === undefined) await defaultProvider()();
  }

  /**
   * The answer of a service; null if there is none in time, or none that can be signed for. An attempt
   * that is throttled or fails is made once more, so a request must do no harm twice.
   */
  async send(request: AwsRequest): Promise<AwsAnswer | null> {
    const { longestMs } = this.#patience;
    this.#tools ??= makeTools(this.#patience, this.#key);
    const signal = AbortSignal.timeout(longestMs);
    let answer: AwsAnswer | null = null;
    for (let attempt = 0; attempt < ATTEMPTS && !signal.aborted; attempt++) {
      answer = await attemptOnce(this.#tools, request, signal).catch(() => null);
      if (answer !== null && !isWorthRetry(answer.statusCode)) return answer;
    }
    return answer;
  }
}

/** What a sender keeps from one request to the next. */
interface Tools {
  readonly handler: NodeHttpHandler;
  readonly credentials: SigningKey | ReturnType<typeof defaultProvider>;
}

function makeTools({ attemptMs, connectMs }: Patience, key: SigningKey | undefined): Tools {
  const handler = new NodeHttpHandler({
    connectionTimeout: connectMs ?? CONNECT_TIMEOUT_MS,
    requestTimeout: attemptMs,
    throwOnRequestTimeout: true,
  });
  return { handler, credentials: key ?? defaultProvider() };
}

/** Throttled, or a fault of the service's own. */
function isWorthRetry(status: number): boolean {
  return status === 429 || status >= 500;
}

async function attemptOnce(
  { handler, credentials }: Tools,
  { service, region, ...asked }: AwsRequest,
  abortSignal: AbortSignal,
): Promise<AwsAnswer> {
  const { method = "POST", path, endpoint, headers, body } = asked;
  const url = new URL(path, endpoint ?? endpointOf(service, region));
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  const request = new HttpRequest({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port !== "" && { port: Number(url.port) }),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, ...headers },
    body,
  });
  const signed = await signer.sign(request);
  const { response } = await handler.handle(new HttpRequest(signed), { abortSignal });
  const text = await readText(addAbortSignal(abortSignal, response.body));
  return { statusCode: response.statusCode, text };
}

function endpointOf(service: string, region: RegionName): string {
  return `https://${service}.${region}.${partition(region).dnsSuffix}`;
}

async function readText(body: Readable): Promise<string> {
  const parts: Buffer[] = [];
  let byteCount = 0;
  for await (const part of body) {
    byteCount += part.length;
    if (byteCount > MOST_ANSWER_BYTES) throw new Error("The answer is too long");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

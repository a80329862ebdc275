import type { IncomingMessage } from "node:http";
import { hasAccessKey } from "./access-key.ts";

/** A request that is refused, with the HTTP status and the error type that AWS would use. */
export class RequestRefusal extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

/** The parts of a request that are there before its body. */
export type RequestHead = Pick<IncomingMessage, "method" | "url" | "headers" | "headersDistinct">;

/** What a request must agree with. */
export interface GuardRules {
  readonly port: number;
  readonly accessKey: string;
  readonly mostBodyBytes: number;
  /** Paths that are offered; only `/` if left out. */
  readonly paths?: RegExp;
}

/** Headers that a browser adds and an AWS client never sends. */
const PAGE_HEADERS = ["origin", "referer", "sec-fetch-site", "access-control-request-method"];

const ROOT = /^\/$/;

/** The names of this machine under which it can be asked. */
const LOOPBACK_NAMES = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Why a request is refused by its head alone, or null. A page in a browser can send requests to
 * loopback, also under a name of its own that resolves to it (DNS rebinding); it can neither choose
 * the Host header nor leave out what a browser adds.
 */
export function refuseRequest(head: RequestHead, rules: GuardRules): RequestRefusal | null {
  return (
    refusePage(head, rules.port) ??
    refuseShape(head, rules.paths) ??
    refuseStranger(head, rules.accessKey) ??
    refuseLength(head, rules.mostBodyBytes)
  );
}

function refusePage({ headers, headersDistinct }: RequestHead, port: number) {
  const hosts = headersDistinct.host ?? [];
  const wanted = LOOPBACK_NAMES.map((name) => `${name}:${port}`);
  if (hosts.length !== 1 || !wanted.includes(hosts[0]?.toLowerCase() ?? "")) {
    return denied(`The Host header must be ${wanted.join(" or ")}`);
  }
  const sent = PAGE_HEADERS.find((name) => headers[name] !== undefined);
  return sent === undefined ? null : denied(`Not for pages of a browser: it sent ${sent}`);
}

function refuseShape({ method, url = "" }: RequestHead, paths = ROOT) {
  const type = "UnknownOperationException";
  if (method !== "POST") return new RequestRefusal(405, type, "The method must be POST");
  return paths.test(url) ? null : new RequestRefusal(404, type, `Not offered here: ${url}`);
}

function refuseStranger({ headers }: RequestHead, accessKey: string) {
  if (hasAccessKey(headers.authorization, accessKey)) return null;
  const message =
    "The request must be signed with the access key in the data folder's runtime.json";
  return new RequestRefusal(403, "UnrecognizedClientException", message);
}

function refuseLength({ headers }: RequestHead, mostBodyBytes: number) {
  const length = Number(headers["content-length"] ?? 0);
  return length > mostBodyBytes ? tooLarge(mostBodyBytes) : null;
}

function denied(message: string): RequestRefusal {
  return new RequestRefusal(403, "AccessDeniedException", message);
}

/** The refusal of a body above its limit. */
export function tooLarge(mostBodyBytes: number): RequestRefusal {
  const message = `The body must have at most ${mostBodyBytes} bytes`;
  return new RequestRefusal(413, "RequestEntityTooLargeException", message);
}

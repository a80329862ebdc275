import type { IncomingMessage, ServerResponse } from "node:http";
import { type Content, jsonContent } from "./content.ts";
import { HttpProblem } from "./problem.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

/** What a route answers. */
export interface Answer {
  /** 200 if left out. */
  readonly status?: number;
  readonly content: Content;
  /** `cache-control` is `private, no-cache` unless it is set here: a browser asks each time whether the tag still holds. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends an answer: compressed if the client can read it, without a body to HEAD and to whoever has it already. */
export async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  { status = 200, content, headers = {} }: Answer,
): Promise<void> {
  const common = {
    ...SECURITY_HEADERS,
    "cache-control": "private, no-cache",
    vary: "accept-encoding",
    etag: content.etag,
    ...headers,
  };
  if (status === 200 && hasAlready(request, content.etag)) {
    response.writeHead(304, common).end();
    return;
  }
  const compressed = acceptsGzip(request) ? await content.compressed() : null;
  const body = compressed ?? content.bytes;
  response.writeHead(status, {
    ...common,
    "content-type": content.type,
    "content-length": body.length,
    ...(compressed !== null && { "content-encoding": "gzip" }),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** Whether a request takes compressed bodies. */
export function acceptsGzip({ headers }: IncomingMessage): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(String(headers["accept-encoding"] ?? ""));
}

function hasAlready({ method, headers }: IncomingMessage, etag: string): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  const known = String(headers["if-none-match"] ?? "").split(",");
  return known.some((one) => one.trim() === etag);
}

/** The answer to an error: what is no refusal is a fault of ours, which the client is not told. */
export function answerToError(error: unknown): Answer {
  const problem =
    error instanceof HttpProblem ? error : new HttpProblem(500, "The server failed to answer");
  const { status, message, field, headers } = problem;
  const record = { problem: message, ...(field !== null && { field }) };
  return {
    status,
    content: jsonContent(record),
    headers: { "cache-control": "no-store", ...headers },
  };
}

import type { HttpSending } from "../message/service.ts";

/** A POST of JSON. */
export function jsonPost(
  url: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): HttpSending {
  return {
    kind: "http",
    method: "POST",
    url,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
}

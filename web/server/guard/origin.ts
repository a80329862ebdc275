import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether a request may be another site's. Browsers say where a request comes from: `none` is an address
 * that somebody typed. A tool says nothing.
 */
export function isForeign({ host, origin, "sec-fetch-site": site }: IncomingHttpHeaders): boolean {
  if (site !== undefined && site !== "same-origin" && site !== "none") return true;
  return origin !== undefined && hostOf(origin) !== host?.toLowerCase();
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

import { SECURITY_HEADERS } from "../http/security-headers.ts";
import { acceptsGzip } from "../http/send-answer.ts";
import type { PageServices, Route } from "./route.ts";

/** `/api/live`: what changes, as server-sent events. */
export function liveRoute({ feed }: PageServices): Route {
  return {
    method: "GET",
    path: "/api/live",
    answer: async ({ request, response }) => {
      if (request.method === "HEAD") response.writeHead(204, SECURITY_HEADERS).end();
      else feed.listen(response, acceptsGzip(request));
      return null;
    },
  };
}

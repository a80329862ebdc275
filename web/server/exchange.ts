import type { IncomingMessage, ServerResponse } from "node:http";
import type { Guard } from "./guard/guard.ts";
import { HttpProblem } from "./http/problem.ts";
import { Query } from "./http/query.ts";
import { answerToError, sendAnswer } from "./http/send-answer.ts";
import type { Route } from "./routes/route.ts";
import { routesOf } from "./routes/routes.ts";
import { askForToken } from "./routes/sign-in.ts";

/** What requests are answered with. */
export interface ExchangeSetup {
  readonly guard: Guard;
  readonly routes: readonly Route[];
  /** Is told what failed without a fault of the client. */
  readonly warn: (sentence: string) => void;
}

/** Answers one request: whatever happens, it gets an answer or its connection ends. */
export async function answerRequest(
  setup: ExchangeSetup,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A connection that is reset is no fault of ours; the client gets no answer.
  request.on("error", () => request.destroy());
  response.on("error", () => response.destroy());
  try {
    const answer = await ask(setup, request, response);
    if (answer !== null) await sendAnswer(request, response, answer);
  } catch (error) {
    await refuse(setup, { request, response }, error);
  }
}

async function ask(
  { guard, routes }: ExchangeSetup,
  request: IncomingMessage,
  response: ServerResponse,
) {
  guard.checkHead(request);
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://page");
  const { found, rest } = routesOf(routes, pathname);
  const [first] = found;
  if (first === undefined) throw new HttpProblem(404, "There is nothing at this address");
  const route = found.find(({ method }) => method === methodOf(request));
  if (route === undefined) throw wrongMethod(found);
  if (!mayAnswer(guard, request, route)) return askForToken(null);
  const query = new Query(pathname, searchParams, route.parameters ?? []);
  return route.answer({ request, response, query, rest });
}

/** False if it is a page for people and they must sign in; throws HttpProblem for all else. */
function mayAnswer(guard: Guard, request: IncomingMessage, route: Route): boolean {
  try {
    guard.checkAccess(request, route);
    return true;
  } catch (error) {
    if (route.isLinkable && error instanceof HttpProblem && error.status === 401) return false;
    throw error;
  }
}

function methodOf({ method = "" }: IncomingMessage): string {
  return method === "HEAD" ? "GET" : method;
}

function wrongMethod(routes: readonly Route[]): HttpProblem {
  const allowed = routes.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : method));
  const headers = { allow: allowed.join(", ") };
  return new HttpProblem(405, `The method must be ${allowed.join(" or ")}`, { headers });
}

/** What is left of a body is not read: its connection ends with the answer. */
async function refuse(
  { warn }: ExchangeSetup,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  error: unknown,
): Promise<void> {
  if (!(error instanceof HttpProblem)) warn(`The page's server failed: ${String(error)}`);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (!request.complete) response.setHeader("connection", "close");
  await sendAnswer(request, response, answerToError(error));
  if (!request.complete) request.resume();
}

import { boardsRoute } from "./boards.ts";
import { eventsRoute } from "./events.ts";
import { healthzRoute } from "./healthz.ts";
import { helpRoute } from "./help.ts";
import { liveRoute } from "./live.ts";
import { metricsRoute } from "./metrics.ts";
import { endRoute, orderRoutes } from "./orders.ts";
import { overviewRoute } from "./overview.ts";
import { assetsRoute, pageRoute, plainStyleRoute, signInScriptRoute } from "./page-files.ts";
import { regionsRoute } from "./regions.ts";
import { resultsRoute } from "./results.ts";
import type { PageServices, Route } from "./route.ts";
import { seriesRoute } from "./series.ts";
import { sessionRoute } from "./session.ts";
import { signInRoute } from "./sign-in.ts";
import { taskRoute } from "./task.ts";

const ROUTES: readonly ((services: PageServices) => Route)[] = [
  pageRoute,
  assetsRoute,
  plainStyleRoute,
  signInScriptRoute,
  sessionRoute,
  overviewRoute,
  boardsRoute,
  seriesRoute,
  taskRoute,
  resultsRoute,
  eventsRoute,
  regionsRoute,
  liveRoute,
  helpRoute,
  healthzRoute,
  metricsRoute,
  signInRoute,
  endRoute,
];

/** Every address that the server answers. */
export function createRoutes(services: PageServices): readonly Route[] {
  return [...ROUTES.map((create) => create(services)), ...orderRoutes(services)];
}

/** The routes of a path, by their methods, and what stands after it. */
export function routesOf(
  routes: readonly Route[],
  path: string,
): { readonly found: readonly Route[]; readonly rest: string } {
  const found = routes.filter((route) => isOf(route, path));
  const rest = path.slice(found[0]?.path.length ?? 0);
  return { found, rest };
}

function isOf(route: Route, path: string): boolean {
  if (route.path === path) return true;
  return route.path.length > 1 && route.path.endsWith("/") && path.startsWith(route.path);
}

import type { IncomingMessage, ServerResponse } from "node:http";
import type { FleetSources, OverviewMemory } from "../../../functions/history/history.ts";
import type { AlertingStore } from "../../../functions/ports/alerting-store.ts";
import type { EpochMs } from "../../../shared/units.ts";
import type { BuiltPage } from "../bundle/build-page.ts";
import type { Access, Guard } from "../guard/guard.ts";
import type { PageToken } from "../guard/page-token.ts";
import type { Query } from "../http/query.ts";
import type { Answer } from "../http/send-answer.ts";
import type { LiveFeed } from "../live/live-feed.ts";
import type { SharedOverview } from "../live/shared-overview.ts";

/** A fleet as the page reads it, and where it stores what operators set. */
export interface PageSources extends FleetSources {
  readonly settings: AlertingStore;
}

/** What routes need. */
export interface PageServices {
  readonly sources: PageSources;
  /** What readings of the overview have in common. */
  readonly memory: OverviewMemory;
  readonly overview: SharedOverview;
  readonly feed: LiveFeed;
  readonly guard: Guard;
  /** What whoever looks must have; null on loopback. */
  readonly pageToken: PageToken | null;
  readonly page: () => Promise<BuiltPage>;
  readonly version: string;
  readonly runToken: string;
  readonly now: () => EpochMs;
}

/** A request that the guard has let in. */
export interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: Query;
  /** What stands after the path of a route that ends with a slash. */
  readonly rest: string;
}

/** One address of the server, and what it answers. */
export interface Route extends Access {
  readonly method: "GET" | "POST" | "DELETE";
  /** A path that ends with a slash is that of all paths below it; `/` is itself only. */
  readonly path: string;
  /** The parameters that it takes; none if left out. */
  readonly parameters?: readonly string[];
  /** Null if the route has answered by itself. */
  readonly answer: (asked: Asked) => Promise<Answer | null>;
}

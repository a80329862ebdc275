import { OverviewMemory } from "../../functions/history/history.ts";
import type { OutgoingEvent } from "../../shared/event/event.ts";
import type { DurationMs, EpochMs } from "../../shared/units.ts";
import { keepPage } from "./bundle/build-page.ts";
import { answerRequest } from "./exchange.ts";
import { Guard } from "./guard/guard.ts";
import { newRunToken, PageToken } from "./guard/page-token.ts";
import { type Listener, startListener } from "./listener.ts";
import { LiveFeed } from "./live/live-feed.ts";
import { NewEvents } from "./live/new-events.ts";
import { SharedOverview } from "./live/shared-overview.ts";
import { type PagePlace, refusePlace } from "./place/page-place.ts";
import { eventRow } from "./routes/event-row.ts";
import { readOverviewRecord } from "./routes/overview.ts";
import type { PageSources } from "./routes/route.ts";
import { createRoutes } from "./routes/routes.ts";

/** What a page shows, and for whom. */
export interface PageSetup {
  readonly sources: PageSources;
  readonly place: PagePlace;
  readonly version: string;
  readonly now: () => EpochMs;
  /** How often it looks for news while somebody listens. */
  readonly pollMs: DurationMs;
  readonly warn: (sentence: string) => void;
}

/** A server that runs. */
export interface PageServer {
  /** Where a browser on this machine finds it. */
  readonly url: string;
  /** Bundles the page before somebody asks for it. */
  warm(): void;
  /** Something has happened in the fleet: who listens hears of it soon. */
  poke(): void;
  /** An event was raised: who listens hears of it at once. */
  tell(event: OutgoingEvent): void;
  /** Waits a moment for answers that are under way, and ends all connections. */
  close(): Promise<void>;
}

/** Listens and serves. Rejects with the system's error if it can't listen. */
export async function startPageServer(setup: PageSetup): Promise<PageServer> {
  const refusal = refusePlace(setup.place);
  if (refusal !== null) throw new Error(refusal);
  return servePage(await startListener(setup.place), setup);
}

/** Serves on what listens already, at a place that is not refused. */
export function servePage(listener: Listener, setup: PageSetup): PageServer {
  const { place, sources, now, warn, version } = setup;
  const runToken = newRunToken();
  const pageToken = place.token === null ? null : new PageToken(place.token, listener.port);
  const guard = new Guard({
    place: { ...place, port: listener.port },
    ...{ pageToken, runToken, now },
  });
  const memory = new OverviewMemory();
  const read = () => readOverviewRecord({ sources, memory, now });
  const overview = new SharedOverview({ read, now });
  const events = new NewEvents(sources, now);
  const feed = new LiveFeed({
    overview,
    readNewEvents: async () => (await events.read()).map(eventRow),
    ...{ pollMs: setup.pollMs, warn },
  });
  const shared = { sources, memory, overview, feed, guard };
  const services = { ...shared, pageToken, version, runToken, now };
  const page = keepPage();
  const routes = createRoutes({ ...services, page });
  listener.serve((request, response) => {
    void answerRequest({ guard, routes, warn }, request, response);
  });
  return {
    url: listener.url,
    warm: () => {
      page().catch((error: unknown) => warn(`The page could not be bundled: ${String(error)}`));
    },
    poke: () => feed.poke(),
    tell: (event) => {
      events.note(event);
      feed.tell(eventRow(event));
    },
    close: async () => {
      feed.close();
      await listener.close();
    },
  };
}

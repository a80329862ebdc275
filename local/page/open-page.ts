import { openFleetSources } from "../../functions/adapters/dynamodb/dynamodb.ts";
import { SECOND_MS } from "../../shared/units.ts";
import type { Listener } from "../../web/server/listener.ts";
import { type PageServer, servePage } from "../../web/server/page-server.ts";
import { localClient } from "../aws/database.ts";
import type { PageThreadData } from "./page-thread.ts";

/** The run tells of news. This is for what it knows nothing of, such as a stored silence. */
const POLL_MS = 10 * SECOND_MS;

/** Serves the page of a run on what listens already, with a client of its own. */
export function openPage(
  listener: Listener,
  { fleet, database, accessKey, place, version }: PageThreadData,
  warn: (sentence: string) => void,
): PageServer {
  const client = localClient(database, fleet.home, accessKey);
  const sources = openFleetSources(fleet, () => client);
  return servePage(listener, {
    ...{ sources, place, version, warn },
    now: Date.now,
    pollMs: POLL_MS,
  });
}

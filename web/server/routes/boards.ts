import { readBoards } from "../../../functions/history/history.ts";
import { type DurationMs, HOUR_MS, SECOND_MS } from "../../../shared/units.ts";
import { type Content, jsonContent } from "../http/content.ts";
import { share } from "../live/share.ts";
import { Strips } from "../live/strips.ts";
import type { PageServices, Route } from "./route.ts";

const USUAL_HOURS = 3;
const MOST_HOURS = 24;

/** A board is written once a minute. */
const SHARED_MS: DurationMs = 3 * SECOND_MS;

/** `/api/boards`: a strip a task, minute by minute. */
export function boardsRoute(services: PageServices): Route {
  // Strips of so many hours are there once somebody has asked for them.
  const byHours = new Map<number, () => Promise<Content>>();
  return {
    method: "GET",
    path: "/api/boards",
    parameters: ["hours"],
    answer: async ({ query }) => {
      const hours = query.number("hours", { min: 1, max: MOST_HOURS }) ?? USUAL_HOURS;
      const read = byHours.get(hours) ?? stripsOf(services, hours);
      byHours.set(hours, read);
      return { content: await read() };
    },
  };
}

function stripsOf({ sources, now }: PageServices, hours: number): () => Promise<Content> {
  const strips = new Strips({
    lengthMs: hours * HOUR_MS,
    regions: sources.regions.map(({ region }) => region),
    readBoards: (interval) => readBoards(sources, interval),
  });
  return share(async () => jsonContent(await strips.read(now())), SHARED_MS, now);
}

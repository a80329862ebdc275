import { queryValue, type Route, withQuery } from "../route/route.ts";
import { replaceRoute } from "../route/use-route.ts";
import { useNow } from "../state/now.ts";
import { EventItem } from "./event-item.tsx";
import { filterEvents } from "./filter-events.ts";
import { useEvents } from "./use-events.ts";

const SEVERITIES = ["critical", "warning", "no_data", "ok"];

/** What happened, the newest first, as it happens. */
export function EventsPage({ route }: { route: Route }) {
  const { events, problem, isThere } = useEvents(null, 300);
  const nowMs = useNow();
  const [search, severity] = [queryValue(route, "q"), queryValue(route, "severity")];
  const shown = filterEvents(events, search, severity);
  const set = (key: string, value: string) =>
    replaceRoute(withQuery(route, { [key]: value === "" ? null : value }));
  return (
    <>
      <search class="filters">
        <input
          id="search"
          type="search"
          placeholder="Search"
          aria-label="Search events"
          value={search}
          onInput={({ currentTarget }) => set("q", currentTarget.value)}
        />
        <select
          aria-label="Severity"
          value={severity}
          onChange={({ currentTarget }) => set("severity", currentTarget.value)}
        >
          <option value="">Any severity</option>
          {SEVERITIES.map((one) => (
            <option key={one} value={one}>
              {one.replace("_", " ")}
            </option>
          ))}
        </select>
      </search>
      {problem !== null && <p class="empty">{problem}</p>}
      {isThere && shown.length === 0 && <p class="empty">Nothing happened yet.</p>}
      <ul class="events">
        {shown.map((event) => (
          <EventItem key={event.id} event={event} nowMs={nowMs} />
        ))}
      </ul>
    </>
  );
}

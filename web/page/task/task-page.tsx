import type { TaskRecordView } from "../../records/records.ts";
import { EventItem } from "../events/event-item.tsx";
import { useEvents } from "../events/use-events.ts";
import type { Route } from "../route/route.ts";
import { fleet } from "../state/fleet.ts";
import { useNow } from "../state/now.ts";
import { useStore } from "../state/store.ts";
import { useRecord } from "../state/use-record.ts";
import { Certificate } from "./certificate.tsx";
import { Config } from "./config.tsx";
import { Plots } from "./plots.tsx";
import { Results } from "./results.tsx";
import { TaskHead } from "./task-head.tsx";

/** Everything that is known of one task. */
export function TaskPage({ route }: { route: Route }) {
  const { name } = route;
  const minuteMs = useStore(fleet, (state) => state.overview?.judgedToMs ?? 0);
  const version = minuteMs / 60_000;
  const { record, problem } = useRecord<TaskRecordView>("/api/task", { name }, version);
  const fromOverview = useStore(fleet, (state) =>
    state.overview?.tasks.find((task) => task.name === name),
  );
  const row = fromOverview ?? record?.row ?? null;
  const nowMs = useNow();
  if (row === null) return <p class="empty">{problem ?? "Reading the task"}</p>;
  return (
    <article class="task">
      <TaskHead row={row} view={record} nowMs={nowMs} />
      <Plots route={route} nowMs={nowMs} />
      <div class="panels">
        <section class="panel">
          <h2>Why it is so</h2>
          {record?.explanation.map((line) => (
            <p key={line} class="explanation">
              <bdi>{line}</bdi>
            </p>
          ))}
        </section>
        {record?.certificate != null && (
          <Certificate certificate={record.certificate} nowMs={nowMs} />
        )}
      </div>
      <section class="panel">
        <h2>Alerts</h2>
        <Alerts name={name} nowMs={nowMs} />
      </section>
      <section class="panel">
        <h2>Last results</h2>
        <Results name={name} nowMs={nowMs} version={version} />
      </section>
      <section class="panel">
        <h2>Configuration</h2>
        <Config lines={record?.config ?? []} />
      </section>
    </article>
  );
}

function Alerts({ name, nowMs }: { name: string; nowMs: number }) {
  const { events, problem, isThere } = useEvents(name, 50);
  if (problem !== null) return <p class="soft">{problem}</p>;
  if (isThere && events.length === 0) return <p class="soft">It never alerted.</p>;
  return (
    <ul class="events">
      {events.map((event) => (
        <EventItem key={event.id} event={event} nowMs={nowMs} />
      ))}
    </ul>
  );
}

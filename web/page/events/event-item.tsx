import type { EventRow } from "../../records/records.ts";
import { KindLink } from "../look/kind-link.tsx";
import { Mark } from "../look/mark.tsx";
import { At } from "../look/when.tsx";
import { Quieted } from "../quiet/quieted.tsx";
import { taskAddress } from "../route/route.ts";
import { lookOfSeverity } from "./event-look.ts";
import { Evidence } from "./evidence.tsx";

/** An event in one line; its evidence when it is opened. */
export function EventItem({ event, nowMs }: { event: EventRow; nowMs: number }) {
  const look = lookOfSeverity(event);
  return (
    <li class={`event is-${look}`}>
      <details>
        <summary>
          <Mark look={look} size={14} />
          <At atMs={event.atMs} nowMs={nowMs} hasSeconds />
          <bdi class="event-text">{event.summary}</bdi>
          {event.suppressedBy !== null && <span class="held">held by {event.suppressedBy}</span>}
        </summary>
        <div class="event-more">
          <p class="event-links">
            <span class="soft">{event.detailType}</span>
            {event.taskName !== null && (
              <a href={taskAddress(event.taskName)}>
                <bdi>{event.taskName}</bdi>
              </a>
            )}
            {event.errorKind !== null && <KindLink kind={event.errorKind} />}
          </p>
          {event.taskName !== null && (
            <Quieted scope={{ kind: "task", name: event.taskName }} held={[]} nowMs={nowMs} />
          )}
          <Evidence detail={event.detail} />
        </div>
      </details>
    </li>
  );
}

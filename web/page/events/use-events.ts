import { useEffect, useState } from "preact/hooks";
import type { EventRow, EventsRecord } from "../../records/records.ts";
import { fleet } from "../state/fleet.ts";
import { useStore } from "../state/store.ts";
import { useRecord } from "../state/use-record.ts";

/** Events of a task or of all, the newest first; new ones come by themselves. */
export function useEvents(name: string | null, limit: number) {
  const latest = useStore(fleet, (state) => state.latestEvent);
  const link = useStore(fleet, (state) => state.link);
  const { record, problem } = useRecord<EventsRecord>(
    "/api/events",
    { name, limit },
    link === "live" ? 1 : 0,
  );
  const [came, setCame] = useState<readonly EventRow[]>([]);
  useEffect(() => {
    if (latest === null || (name !== null && latest.taskName !== name)) return;
    setCame((was) => [latest, ...was.filter(({ id }) => id !== latest.id)].slice(0, 200));
  }, [latest, name]);
  const known = new Set(record?.events.map(({ id }) => id));
  const events = [...came.filter(({ id }) => !known.has(id)), ...(record?.events ?? [])];
  return { events: events.sort((a, b) => b.atMs - a.atMs), problem, isThere: record !== null };
}

import type { HeldRecord } from "../../records/records.ts";
import { durationText } from "../words/time.ts";

const WORDS = { maintenance: "Maintenance", silence: "Silenced", ack: "Acknowledged" } as const;

/** What holds a task's alerts, as words. */
export function Held({ held, nowMs }: { held: readonly HeldRecord[]; nowMs: number }) {
  return (
    <>
      {held.map(({ kind, id, untilMs, reason }) => (
        <span key={id} class={`held held-${kind}`} title={reason}>
          {WORDS[kind]}
          {untilMs !== null && <span class="held-left"> {durationText(untilMs - nowMs)}</span>}
        </span>
      ))}
    </>
  );
}

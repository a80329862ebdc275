import { useState } from "preact/hooks";
import type { HeldRecord } from "../../records/records.ts";
import { addressOf, sendChange } from "../state/api.ts";
import { refresh } from "../state/live.ts";
import { durationText } from "../words/time.ts";
import type { QuietKind } from "./quiet-order.ts";

const NAMES: Readonly<Record<QuietKind, string>> = {
  maintenance: "In maintenance",
  silence: "Silenced",
  ack: "Acknowledged",
};

/** What holds alerts, for how long and why, with a way to end it. */
export function HeldEntry({ held, nowMs }: { held: HeldRecord; nowMs: number }) {
  const [problem, setProblem] = useState<string | null>(null);
  const end = () =>
    sendChange("DELETE", addressOf("/api/entry", { id: held.id })).then(refresh, (error: Error) =>
      setProblem(error.message),
    );
  return (
    <span class="held-entry">
      <b class="held">{NAMES[held.kind]}</b>{" "}
      {held.untilMs === null
        ? "until the incident ends"
        : `for ${durationText(held.untilMs - nowMs)} more`}
      {held.reason !== "" && (
        <>
          : <bdi>{held.reason}</bdi>
        </>
      )}
      <button type="button" class="quiet" onClick={end}>
        End it
      </button>
      {problem !== null && (
        <span class="trouble" role="alert">
          {problem}
        </span>
      )}
    </span>
  );
}

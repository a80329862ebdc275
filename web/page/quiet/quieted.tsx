import { useState } from "preact/hooks";
import type { HeldRecord, QuietOrder } from "../../records/records.ts";
import { addressOf, sendChange } from "../state/api.ts";
import { refresh } from "../state/live.ts";
import { durationText } from "../words/time.ts";
import { QuietDialog } from "./quiet-dialog.tsx";
import type { QuietKind } from "./quiet-order.ts";

const ACTIONS: readonly [QuietKind, string][] = [
  ["maintenance", "Maintenance…"],
  ["silence", "Silence…"],
  ["ack", "Acknowledge…"],
];

const NAMES: Readonly<Record<QuietKind, string>> = {
  maintenance: "In maintenance",
  silence: "Silenced",
  ack: "Acknowledged",
};

interface QuietedProps {
  readonly scope: QuietOrder["scope"];
  readonly held: readonly HeldRecord[];
  readonly nowMs: number;
}

/** What holds alerts here, with a way to end it, and ways to hold more. */
export function Quieted({ scope, held, nowMs }: QuietedProps) {
  const [asked, setAsked] = useState<QuietKind | null>(null);
  const offered = ACTIONS.filter(([kind]) => kind !== "ack" || scope.kind === "task");
  return (
    <div class="quieted">
      {held.map((one) => (
        <HeldEntry key={one.id} held={one} nowMs={nowMs} />
      ))}
      {offered.map(([kind, name]) => (
        <button key={kind} type="button" class="button" onClick={() => setAsked(kind)}>
          {name}
        </button>
      ))}
      {asked !== null && <QuietDialog kind={asked} scope={scope} onClose={() => setAsked(null)} />}
    </div>
  );
}

function HeldEntry({ held, nowMs }: { held: HeldRecord; nowMs: number }) {
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

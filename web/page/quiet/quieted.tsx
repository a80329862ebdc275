import { useState } from "preact/hooks";
import type { HeldRecord, QuietOrder } from "../../records/records.ts";
import { HeldEntry } from "./held-entry.tsx";
import { QuietDialog } from "./quiet-dialog.tsx";
import type { QuietKind } from "./quiet-order.ts";

const ACTIONS: readonly [QuietKind, string][] = [
  ["maintenance", "Maintenance…"],
  ["silence", "Silence…"],
  ["ack", "Acknowledge…"],
];

interface QuietedProps {
  readonly scope: QuietOrder["scope"];
  readonly held: readonly HeldRecord[];
  readonly nowMs: number;
}

/** What holds alerts here, with a way to end it, and ways to hold more. */
export function Quieted({ scope, held, nowMs }: QuietedProps) {
  const [asked, setAsked] = useState<QuietKind | null>(null);
  return (
    <div class="quieted">
      {held.map((one) => (
        <HeldEntry key={one.id} held={one} nowMs={nowMs} />
      ))}
      {ACTIONS.map(([kind, name]) => (
        <button key={kind} type="button" class="button" onClick={() => setAsked(kind)}>
          {name}
        </button>
      ))}
      {asked !== null && (
        <QuietDialog {...{ scope, nowMs }} kind={asked} held={[]} onClose={() => setAsked(null)} />
      )}
    </div>
  );
}

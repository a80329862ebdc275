import { Dialog } from "../look/dialog.tsx";
import { Mark } from "../look/mark.tsx";
import type { Look } from "../words/look.ts";

const KEYS = [
  ["/", "search"],
  ["j or ↓, k or ↑", "to the next task, to the one before"],
  ["Enter", "open it"],
  ["m", "hold its alerts: maintenance, silence, acknowledge"],
  ["Esc", "back"],
  ["?", "this help"],
] as const;

const STATES: readonly [Look | "sick", string][] = [
  ["down", "Enough regions agree that it fails. The event says how many are needed."],
  ["warning", "It answers, but not as it should: slower, or not from everywhere."],
  ["silent", "No data: no region reports of it. That says nothing of the target."],
  ["fine", "Every rule of it is kept."],
  ["rejected", "Its definition is not valid, so that it does not run."],
  ["waiting", "It is stored, and in no plan yet. That takes a minute."],
  ["disabled", "It is switched off."],
  ["sick", "A region whose own network fails. It has no vote: it is us, not them."],
];

/** Keys, and what the marks mean. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Help" onClose={onClose}>
      <h3>Keys</h3>
      <dl class="help-list">
        {KEYS.map(([key, text]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <h3>Marks</h3>
      <dl class="help-list">
        {STATES.map(([look, text]) => (
          <div key={look}>
            <dt>
              <Mark look={look} />
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <h3>Strips</h3>
      <p>
        A strip is three hours, a minute a step: low if every check passed, half high if some
        failed, full if all did, a thin line if there was none.
      </p>
    </Dialog>
  );
}

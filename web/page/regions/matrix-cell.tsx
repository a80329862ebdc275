import { bandText, msText, percentText, successText } from "../words/number.ts";
import type { MatrixRow } from "./path-hint.ts";
import { figureOf, levelOf, type MatrixFigure, type PathLevel } from "./path-level.ts";

interface MatrixCellProps {
  readonly cell: MatrixRow["cells"][string] | undefined;
  readonly figure: MatrixFigure;
  readonly isLit: boolean;
  readonly onEnter: () => void;
}

/** How one target looks from one region. */
export function MatrixCell({ cell, figure, isLit, onEnter }: MatrixCellProps) {
  const level = levelOf(figureOf(cell, figure), figure);
  if (cell === undefined || level === null) return <td class="cell-none">–</td>;
  const loss = cell.lossPercent ?? 0;
  return (
    <td
      class={`cell level-${level}${isLit ? " is-lit" : ""}`}
      onMouseEnter={onEnter}
      title={cellText(cell)}
    >
      {figure === "loss" ? (
        <b>{percentText(loss)}</b>
      ) : (
        <Failures cell={cell} level={level} loss={loss} />
      )}
    </td>
  );
}

interface FailuresProps {
  readonly cell: MatrixRow["cells"][string];
  readonly level: PathLevel;
  readonly loss: number;
}

function Failures({ cell, level, loss }: FailuresProps) {
  return (
    <>
      {level > 0 && <b>{percentText(cell.failedPercent)} failed </b>}
      {level < 3 && msText(cell.avgMs)}
      {loss > 0 && <span class="loss"> {percentText(loss)} loss</span>}
    </>
  );
}

/** The figures of a cell, and what they usually mean. */
function cellText({ failedPercent, avgMs, lossPercent }: MatrixRow["cells"][string]): string {
  const passed = failedPercent === null ? null : 100 - failedPercent;
  return [
    `${percentText(failedPercent)} failed, ${percentText(lossPercent ?? 0)} of SYNs sent again`,
    successText(passed),
    ...(avgMs === null ? [] : [bandText(avgMs)]),
  ].join("\n");
}

import { useState } from "preact/hooks";
import { Scroll } from "../look/scroll.tsx";
import { taskAddress } from "../route/route.ts";
import { msText, percentText } from "../words/number.ts";
import { cellLevel, type MatrixRow, pathHint, worstRows } from "./path-hint.ts";

/** A browser draws no more rows than these without pause; the worst are first. */
const MOST_ROWS = 200;

interface MatrixProps {
  readonly matrix: readonly MatrixRow[];
  readonly regions: readonly string[];
}

/** How each target looks from each region: a row that fails everywhere is the target, a column is a region. */
export function Matrix({ matrix, regions }: MatrixProps) {
  const [column, setColumn] = useState<string | null>(null);
  const rows = worstRows(matrix);
  return (
    <>
      <Scroll label="Regions and targets">
        <table class="matrix" onMouseLeave={() => setColumn(null)}>
          <thead>
            <tr>
              <th scope="col">Task</th>
              {regions.map((region) => (
                <th key={region} scope="col" class={region === column ? "is-lit" : ""}>
                  {region}
                </th>
              ))}
              <th scope="col">Whose path</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, MOST_ROWS).map((row) => (
              <tr key={row.name}>
                <th scope="row">
                  <a href={taskAddress(row.name)} title={row.name}>
                    <bdi>{row.name}</bdi>
                  </a>
                </th>
                {regions.map((region) => (
                  <Cell
                    key={region}
                    cell={row.cells[region]}
                    isLit={region === column}
                    onEnter={() => setColumn(region)}
                  />
                ))}
                <td class="soft">{pathHint(row, regions)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {rows.length > MOST_ROWS && (
        <p class="soft">
          The worst {MOST_ROWS} of {rows.length} tasks.
        </p>
      )}
    </>
  );
}

interface CellProps {
  readonly cell: MatrixRow["cells"][string] | undefined;
  readonly isLit: boolean;
  readonly onEnter: () => void;
}

function Cell({ cell, isLit, onEnter }: CellProps) {
  const level = cellLevel(cell?.failedPercent);
  if (cell === undefined || level === null) return <td class="cell-none">–</td>;
  const loss = cell.lossPercent ?? 0;
  return (
    <td
      class={`cell level-${level}${isLit ? " is-lit" : ""}`}
      onMouseEnter={onEnter}
      title={`${percentText(cell.failedPercent)} failed, ${percentText(loss)} of SYNs sent again`}
    >
      {level > 0 && <b>{percentText(cell.failedPercent)} failed </b>}
      {level < 3 && msText(cell.avgMs)}
      {loss > 0 && <span class="loss"> {percentText(loss)} loss</span>}
    </td>
  );
}

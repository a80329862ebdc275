import { useMemo, useState } from "preact/hooks";
import { Choice } from "../look/choice.tsx";
import { Scroll } from "../look/scroll.tsx";
import { taskAddress } from "../route/route.ts";
import { MatrixCell } from "./matrix-cell.tsx";
import { type MatrixRow, pathHint } from "./path-hint.ts";
import { type MatrixFigure, meanCell, worstRows } from "./path-level.ts";
import { visibleRows } from "./visible-rows.ts";

/** As the style sheet has it. */
const ROW_PX = 32;

const FIGURES: readonly MatrixFigure[] = ["failures", "loss"];

interface MatrixProps {
  readonly matrix: readonly MatrixRow[];
  readonly regions: readonly string[];
}

/**
 * How each target looks from each region: a row that fails everywhere is the target, a column is a region.
 * Only the rows that can be seen are in the document.
 */
export function Matrix({ matrix, regions }: MatrixProps) {
  const [column, setColumn] = useState<string | null>(null);
  const [figure, setFigure] = useState<MatrixFigure>("failures");
  const [seen, setSeen] = useState({ fromPx: 0, toPx: 800 });
  const rows = useMemo(() => worstRows(matrix, figure), [matrix, figure]);
  const means = useMemo(() => allTasks(matrix, regions), [matrix, regions.join()]);
  const [from, to] = visibleRows(rows.length, ROW_PX, seen);
  const rowOf = (row: MatrixRow, index: number, isTask: boolean) => (
    <Row
      key={isTask ? `task ${row.name}` : "all"}
      {...{ row, regions, figure, column, index, isTask }}
      onEnter={setColumn}
    />
  );
  return (
    <>
      <Choice
        label="Shade and sort by"
        values={FIGURES}
        value={figure}
        onChoose={(value) => setFigure(value === "loss" ? "loss" : "failures")}
      />
      <Scroll label="Regions and targets" onScroll={(fromPx, toPx) => setSeen({ fromPx, toPx })}>
        <table class="matrix" aria-rowcount={rows.length + 2} onMouseLeave={() => setColumn(null)}>
          <thead>
            <tr aria-rowindex={1}>
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
            {rows.length > 1 && rowOf(means, 2, false)}
            <Gap rows={from} />
            {rows.slice(from, to).map((row, i) => rowOf(row, from + i + 3, true))}
            <Gap rows={rows.length - to} />
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

/** Keeps the place of rows that are not in the document. */
function Gap({ rows }: { rows: number }) {
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row without cells never has the focus.
  return rows === 0 ? null : <tr aria-hidden="true" style={{ height: `${rows * ROW_PX}px` }} />;
}

function allTasks(matrix: readonly MatrixRow[], regions: readonly string[]): MatrixRow {
  const cells = regions.map((region) => [region, meanCell(matrix, region)] as const);
  return { name: "All tasks, on average", targetId: null, cells: Object.fromEntries(cells) };
}

interface RowProps {
  readonly row: MatrixRow;
  readonly regions: readonly string[];
  readonly figure: MatrixFigure;
  readonly column: string | null;
  readonly index: number;
  readonly isTask: boolean;
  readonly onEnter: (region: string) => void;
}

function Row({ row, regions, figure, column, index, isTask, onEnter }: RowProps) {
  return (
    <tr aria-rowindex={index} class={isTask ? "" : "matrix-all"}>
      <th scope="row">
        {isTask ? (
          <a href={taskAddress(row.name)} title={row.name}>
            <bdi>{row.name}</bdi>
          </a>
        ) : (
          row.name
        )}
      </th>
      {regions.map((region) => (
        <MatrixCell
          key={region}
          cell={row.cells[region]}
          figure={figure}
          isLit={region === column}
          onEnter={() => onEnter(region)}
        />
      ))}
      <td class="soft">{isTask && pathHint(row, regions)}</td>
    </tr>
  );
}

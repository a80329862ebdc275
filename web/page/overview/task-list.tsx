import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { BoardsRecord } from "../../records/records.ts";
import { useKeys } from "../keys/use-keys.ts";
import { goTo } from "../route/use-route.ts";
import { GroupCells } from "./group-line.tsx";
import { HoldButton } from "./hold-button.tsx";
import type { Line } from "./lines.ts";
import { TaskCells } from "./task-line.tsx";
import { useIsNarrow, useScroll } from "./use-scroll.ts";
import { topsOf, visibleLines } from "./visible.ts";

const WIDE = { task: 44, group: 36 };
const NARROW = { task: 116, group: 40 };
const COLUMNS = [
  ["State", "What its regions agree on"],
  ["Task", "Its name, and the host that it checks"],
  ["Since", "How long it has been in this state"],
  ["Last 3 hours", "A bar a minute: the higher, the more checks failed"],
  ["Seen from", "How it looks from each region"],
  ["Average", "Connect time in the newest minute, all regions"],
  ["p95", "95 of 100 connects of the newest minute took no longer"],
  [
    "24 h",
    "Uptime: the share of the last 24 hours in which it was not down, and how long it may still be by its target",
  ],
  ["Held", "Its alerts are held: maintenance, silence or acknowledged"],
  ["", "Hold its alerts"],
] as const;

interface TaskListProps {
  readonly lines: readonly Line[];
  readonly boards: BoardsRecord | null;
  readonly impaired: ReadonlySet<string>;
  readonly nowMs: number;
  readonly onToggle: (groupId: string) => void;
  readonly onHold: (line: Line) => void;
}

/** The list of tasks. Only the lines that can be seen are in the document. */
export function TaskList({ lines, boards, impaired, nowMs, onToggle, onHold }: TaskListProps) {
  const body = useRef<HTMLDivElement>(null);
  const heights = useIsNarrow() ? NARROW : WIDE;
  const tops = useMemo(() => topsOf(lines, heights), [lines, heights]);
  const [from, to] = visibleLines(tops, ...useScroll(body));
  const [active, move] = useActiveLine(lines, tops, body);
  const open = (line: Line) =>
    line.kind === "group"
      ? onToggle(line.id)
      : goTo({ page: "task", name: line.task.name, query: {} });
  const withActive = (act: (line: Line) => void) => () => {
    const line = lines[active];
    if (line !== undefined) act(line);
  };
  useKeys({
    j: () => move(active + 1),
    k: () => move(active - 1),
    ArrowDown: () => move(active + 1),
    ArrowUp: () => move(active - 1),
    Home: () => move(0),
    End: () => move(lines.length - 1),
    Enter: withActive(open),
    m: withActive(onHold),
  });
  return (
    <div
      class="list"
      role="grid"
      aria-label="Tasks"
      aria-rowcount={lines.length + 1}
      aria-colcount={COLUMNS.length}
    >
      <div class="line line-head" role="row" aria-rowindex={1}>
        {COLUMNS.map(([name, title]) => (
          <span key={name} role="columnheader" title={title}>
            {name === "" ? <span class="unseen">{title}</span> : name}
          </span>
        ))}
      </div>
      <div
        class="list-body"
        role="rowgroup"
        ref={body}
        style={{ height: `${tops[lines.length]}px` }}
      >
        {lines.slice(from, to).map((line, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list listens for Enter.
          <div
            key={line.key}
            class={`line line-${line.kind}${line.kind === "task" && line.isInGroup ? " in-group" : ""}`}
            role="row"
            aria-rowindex={from + i + 2}
            data-index={from + i}
            tabIndex={from + i === Math.max(active, 0) ? 0 : -1}
            style={{ transform: `translateY(${tops[from + i]}px)` }}
            onClick={(event) => isOnControl(event) || open(line)}
            onFocus={(event) => event.target === event.currentTarget && move(from + i)}
          >
            {line.kind === "group" ? (
              <GroupCells line={line} onToggle={() => onToggle(line.id)} />
            ) : (
              <TaskCells task={line.task} boards={boards} impaired={impaired} nowMs={nowMs} />
            )}
            <HoldButton
              name={line.kind === "group" ? `group ${line.id}` : line.task.name}
              isActive={from + i === active}
              onHold={() => onHold(line)}
            />
          </div>
        ))}
      </div>
    </div>
  );
}

/** The line that the keys are at: it is scrolled into sight and gets the focus. */
function useActiveLine(
  lines: readonly Line[],
  tops: Float64Array,
  body: { current: HTMLDivElement | null },
) {
  const [key, setKey] = useState<string | null>(null);
  const active = key === null ? -1 : lines.findIndex((line) => line.key === key);
  const isAsked = useRef(false);
  // After a jump the line is there only when the scrolling has been seen.
  useLayoutEffect(() => {
    const row = body.current?.querySelector<HTMLElement>(`[data-index="${active}"]`);
    if (!isAsked.current || !row) return;
    isAsked.current = false;
    row.focus({ preventScroll: true });
  });
  const move = (to: number) => {
    const index = Math.min(Math.max(to, 0), lines.length - 1);
    const top = (body.current?.getBoundingClientRect().top ?? 0) + (tops[index] ?? 0);
    const bottom = top + (tops[index + 1] ?? 0) - (tops[index] ?? 0);
    if (top < 120) scrollBy(0, top - 120);
    if (bottom > innerHeight - 8) scrollBy(0, bottom - innerHeight + 8);
    isAsked.current = true;
    setKey(lines[index]?.key ?? null);
  };
  return [active, move] as const;
}

function isOnControl({ target }: MouseEvent): boolean {
  return (target as HTMLElement).closest("a, button") !== null || getSelection()?.type === "Range";
}

import { useMemo } from "preact/hooks";
import { STRIP_MINUTES } from "../look/strip.tsx";
import { failingCounts } from "../look/strip-paths.ts";
import { fleet } from "../state/fleet.ts";
import { useStore } from "../state/store.ts";
import { countText } from "../words/number.ts";

const HEIGHT = 44;

/** How many tasks failed in each minute of the last hours: one glance shows when it began. */
export function Pulse() {
  const boards = useStore(fleet, (state) => state.boards);
  const counts = useMemo(
    () => failingCounts(Object.values(boards?.strips ?? {}), STRIP_MINUTES),
    [boards],
  );
  const most = Math.max(...counts);
  const text =
    most === 0
      ? "No minute of the last 3 hours failed"
      : `At most ${countText(most, "task")} failed in a minute`;
  return (
    <figure class="pulse">
      <svg
        viewBox={`0 0 ${STRIP_MINUTES} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={text}
      >
        <path class="pulse-base" d={`M0 ${HEIGHT - 1}h${STRIP_MINUTES}v1H0z`} />
        <path class="minute-failed" d={counts.map((count, i) => bar(count, i, most)).join("")} />
      </svg>
      <figcaption>
        <span>3 h ago</span>
        <span>{most === 0 ? "no failures" : `up to ${countText(most, "task")} failing`}</span>
        <span>now</span>
      </figcaption>
    </figure>
  );
}

/** A minute's bar; a single failing task of thousands is still seen. */
function bar(count: number, minute: number, most: number): string {
  if (count === 0) return "";
  const height = Math.max(4, (count / Math.max(most, 4)) * (HEIGHT - 2));
  return `M${minute} ${HEIGHT - height}h1v${height}h-1z`;
}

import { Mark } from "../look/mark.tsx";
import { groupAddress } from "../route/route.ts";
import type { GroupLine } from "./lines.ts";

/** The head of a group: what it is called, and how many of it are fine. */
export function GroupCells({ line, onToggle }: { line: GroupLine; onToggle: () => void }) {
  const { id, healthyCount, totalCount, look, isOpen } = line;
  return (
    <span role="gridcell" class="group-head" aria-colspan={9}>
      <button
        type="button"
        class="fold"
        tabIndex={-1}
        aria-expanded={isOpen}
        aria-label={`${isOpen ? "Close" : "Open"} group ${id}`}
        onClick={onToggle}
      >
        <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
          <path d={isOpen ? "M1 3l4 4 4-4" : "M3 1l4 4-4 4"} />
        </svg>
      </button>
      <Mark look={look} size={12} />
      <a href={groupAddress(id)} tabIndex={-1} title={id}>
        <bdi>{id}</bdi>
      </a>
      <span class="soft">
        {healthyCount} of {totalCount} fine
      </span>
    </span>
  );
}

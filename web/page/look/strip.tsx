import { memo } from "./memo.ts";
import { STRIP_HEIGHT, stripPaths, stripText } from "./strip-paths.ts";

/** So many minutes are in a strip. */
export const STRIP_MINUTES = 180;

/** The last hours of a task, minute by minute. */
export const Strip = memo(({ strip }: { strip: string }) => {
  const paths = stripPaths(strip, STRIP_MINUTES);
  return (
    <svg
      class="strip"
      viewBox={`0 0 ${STRIP_MINUTES} ${STRIP_HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={stripText(strip, STRIP_MINUTES)}
    >
      <path class="minute-none" d={paths["."]} />
      <path class="minute-ok" d={paths.o} />
      <path class="minute-some" d={paths.s} />
      <path class="minute-failed" d={paths.f} />
    </svg>
  );
});

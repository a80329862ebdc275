import type { ComponentChildren } from "preact";

interface ScrollProps {
  readonly label: string;
  readonly children: ComponentChildren;
  /** Tells which pixels of the content are to be seen, whenever that changes by scrolling. */
  readonly onScroll?: (fromPx: number, toPx: number) => void;
}

/** What scrolls by itself: the keyboard reaches it, so that it can. */
export function Scroll({ label, children, onScroll }: ScrollProps) {
  return (
    <section
      class="scroll"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard could not scroll it.
      tabIndex={0}
      aria-label={label}
      onScroll={({ currentTarget: { scrollTop, clientHeight } }) =>
        onScroll?.(scrollTop, scrollTop + clientHeight)
      }
    >
      {children}
    </section>
  );
}

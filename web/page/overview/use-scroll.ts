import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** What of an element the window shows, from and to in its own pixels; follows scrolling and resizing. */
export function useScroll(ref: RefObject<HTMLElement | null>): readonly [number, number] {
  const [range, setRange] = useState<readonly [number, number]>([0, 1_000]);
  useEffect(() => {
    let frame = 0;
    const measure = () => {
      frame = 0;
      const top = ref.current?.getBoundingClientRect().top ?? 0;
      setRange(([from, to]) =>
        from === -top && to === innerHeight - top ? [from, to] : [-top, innerHeight - top],
      );
    };
    const ask = () => {
      if (frame === 0) frame = requestAnimationFrame(measure);
    };
    measure();
    addEventListener("scroll", ask, { passive: true });
    addEventListener("resize", ask);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener("scroll", ask);
      removeEventListener("resize", ask);
    };
  }, [ref]);
  return range;
}

/** Whether the window is as narrow as a phone. */
export function useIsNarrow(): boolean {
  const [isNarrow, setIsNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const media = matchMedia(NARROW);
    const read = () => setIsNarrow(media.matches);
    media.addEventListener("change", read);
    return () => media.removeEventListener("change", read);
  }, []);
  return isNarrow;
}

/** The same width as in the style sheet. */
const NARROW = "(max-width: 720px)";

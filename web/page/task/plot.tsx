import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";

interface PlotProps {
  readonly label: string;
  readonly height: number;
  readonly options: Omit<uPlot.Options, "width" | "height">;
  readonly data: uPlot.AlignedData;
  /** What the cursor points at; null when it leaves. */
  readonly onCursor?: (index: number | null) => void;
}

/** A plot as wide as there is room. It is drawn anew when its options or values are others. */
export function Plot({ label, height, options, data, onCursor }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const startMs = performance.now();
    const setCursor = (plot: uPlot) => onCursor?.(plot.cursor.idx ?? null);
    const hooks = { ...options.hooks, setCursor: [setCursor] };
    const plot = new uPlot(
      { ...options, hooks, width: element.clientWidth, height },
      data,
      element,
    );
    queueMicrotask(() => performance.measure(`plot ${label}`, { start: startMs }));
    const resize = new ResizeObserver(() => {
      if (element.clientWidth > 0) plot.setSize({ width: element.clientWidth, height });
    });
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
  }, [options, data]);
  return <div class="plot" ref={place} role="img" aria-label={label} />;
}

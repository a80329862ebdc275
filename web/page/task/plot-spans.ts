import type uPlot from "uplot";
import type { PlotTheme } from "./plot-theme.ts";

/** A stretch of time that is shaded, in a colour of the page. */
export interface ShadedSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly colour: string;
}

/** Shades stretches of time behind a plot, with a bar on top that is seen without colours. */
export function shadeSpans(spans: readonly ShadedSpan[], theme: PlotTheme) {
  return (plot: uPlot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    for (const { fromMs, toMs, colour } of spans) {
      const from = Math.max(plot.valToPos(fromMs / 1_000, "x", true), bbox.left);
      const to = Math.min(plot.valToPos(toMs / 1_000, "x", true), bbox.left + bbox.width);
      if (to <= from) continue;
      ctx.fillStyle = theme.faint(colour, 12);
      ctx.fillRect(from, bbox.top, to - from, bbox.height);
      ctx.fillStyle = theme.colour(colour);
      ctx.fillRect(from, bbox.top, Math.max(to - from, 2), 4 * devicePixelRatio);
    }
    ctx.restore();
  };
}

/** Marks each period with failures at the foot of a plot. */
export function markFailures(failed: readonly number[], theme: PlotTheme) {
  return (plot: uPlot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.fillStyle = theme.colour("down-fill");
    const size = 5 * devicePixelRatio;
    plot.data[0].forEach((at, i) => {
      if (!failed[i]) return;
      const x = plot.valToPos(at, "x", true);
      if (x < bbox.left || x > bbox.left + bbox.width) return;
      ctx.fillRect(x - size / 2, bbox.top + bbox.height - size, size, size);
    });
    ctx.restore();
  };
}

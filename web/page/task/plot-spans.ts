import type uPlot from "uplot";
import type { PlotTheme } from "./plot-theme.ts";
import type { ShadedSpan } from "./shaded.ts";

/** Shades stretches of time behind a plot, with a bar on top that is seen without colours. */
export function shadeSpans(spans: readonly ShadedSpan[], theme: PlotTheme) {
  return (plot: uPlot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    for (const { fromMs, toMs, colour, isHatched } of spans) {
      const from = Math.max(plot.valToPos(fromMs / 1_000, "x", true), bbox.left);
      const to = Math.min(plot.valToPos(toMs / 1_000, "x", true), bbox.left + bbox.width);
      if (to <= from) continue;
      const width = Math.max(to - from, 2);
      const area = { left: from, top: bbox.top, width, height: bbox.height };
      if (isHatched) hatch(ctx, area, theme.faint(colour, 45));
      else {
        ctx.fillStyle = theme.faint(colour, 12);
        ctx.fillRect(from, bbox.top, width, bbox.height);
      }
      ctx.fillStyle = theme.colour(colour);
      ctx.fillRect(from, bbox.top, width, 4 * devicePixelRatio);
    }
    ctx.restore();
  };
}

interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Fills an area with slanting lines, which stay apart from a state's shade below them. */
function hatch(ctx: CanvasRenderingContext2D, { left, top, width, height }: Area, colour: string) {
  const gap = 9 * devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.beginPath();
  for (let x = left - height - ((left - height) % gap); x < left + width; x += gap) {
    ctx.moveTo(x, top + height);
    ctx.lineTo(x + height, top);
  }
  ctx.stroke();
  ctx.restore();
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

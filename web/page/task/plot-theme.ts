/** The colours of the page as a plot needs them: it draws on a canvas, which knows no style sheet. */
export interface PlotTheme {
  readonly colour: (name: string) => string;
  readonly faint: (name: string, percent: number) => string;
}

/** Reads the colours of the theme that is on. */
export function readPlotTheme(): PlotTheme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const faint = (name: string, percent: number) =>
    `${colour(name)}${Math.round(percent * 2.55)
      .toString(16)
      .padStart(2, "0")}`;
  return { colour, faint };
}

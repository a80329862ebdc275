import { bandText, msText, percentText } from "../words/number.ts";

/** How a plot's figures are written, on its axis and below it. */
export interface PlotUnit {
  readonly onAxis: (value: number) => string;
  readonly text: (value: number | null | undefined) => string;
  /** What a figure usually means; nothing if it says all itself. */
  readonly meaning: (value: number | null | undefined) => string | undefined;
}

/** Connect times. */
export const MILLISECONDS: PlotUnit = { onAxis: msOnAxis, text: msText, meaning: bandText };

/** Shares of checks. */
export const PERCENT: PlotUnit = {
  onAxis: (value) => `${Number(value.toFixed(2))} %`,
  text: percentText,
  meaning: () => undefined,
};

function msOnAxis(value: number): string {
  return value === 0
    ? "0"
    : msText(value)
        .replace(/\.0+ /, " ")
        .replace(/(\.\d)0 /, "$1 ");
}

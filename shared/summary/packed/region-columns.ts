import type { SummaryItem } from "../summary.ts";
import type { ColumnReader, ColumnWriter } from "./columns.ts";
import { type Figure, readOverall, readRegion, writeOverall, writeRegion } from "./figure.ts";

type FiguresOf = Pick<SummaryItem, "o" | "r">;

/** Writes the names of the regions and each region's figures, and then the overall ones. */
export function writeFigures(columns: ColumnWriter, items: readonly FiguresOf[]): void {
  const names = [...new Set(items.flatMap(({ r }) => Object.keys(r)))].sort();
  columns.header.varint(names.length);
  for (const name of names) columns.header.text(name);
  for (const name of names) {
    const own = items.map(({ r }) => r[name]);
    for (const figure of own) columns.count("hasRegion", figure === undefined ? 0 : 1);
    writeRegion(
      columns,
      own.filter((figure) => figure !== undefined),
    );
  }
  for (const { o, r } of items) writeOverall(columns, o, Object.values(r));
}

/** Reads the figures of as many items; null for those that are not wanted. */
export function readFigures(
  columns: ColumnReader,
  isWanted: readonly boolean[],
): (FiguresOf | null)[] {
  const names = Array.from({ length: columns.header.varint() }, () => columns.header.text());
  const regions = isWanted.map((): Record<string, Figure> => ({}));
  for (const name of names) {
    const having = isWanted.flatMap((_, i) => (columns.count("hasRegion") === 1 ? [i] : []));
    const figures = readRegion(
      columns,
      having.map((i) => isWanted[i] === true),
    );
    having.forEach((at, i) => {
      const [own, figure] = [regions[at], figures[i] ?? null];
      if (own !== undefined && figure !== null) own[name] = figure;
    });
  }
  return isWanted.map((wanted, i) => {
    const r = regions[i] ?? {};
    const o = readOverall(columns, wanted ? Object.values(r) : null);
    return o === null ? null : { o, r };
  });
}

import {
  type Figures,
  lossPercent,
  mergeFigures,
  type Summary,
} from "../../shared/summary/summary.ts";
import type { DurationMs, RegionName } from "../../shared/units.ts";

/** How a task looks from one region. */
export interface MatrixCell {
  readonly sampleCount: number;
  /** 0 to 100; null if no check counts. */
  readonly failedPercent: number | null;
  readonly avgConnectTimeMs: DurationMs | null;
  /** The share of handshakes whose SYN was sent again, 0 to 100; null if it is not known. */
  readonly lossPercent: number | null;
}

/** How a task looks from each region. */
export interface MatrixRow {
  readonly taskName: string;
  readonly host: string;
  readonly targetId: string | null;
  readonly cells: Readonly<Record<RegionName, MatrixCell>>;
}

/** How each task looks from each region in some minutes, by name. */
export function matrixOf(minutes: readonly Summary[]): MatrixRow[] {
  const tasks = Map.groupBy(minutes, ({ taskName }) => taskName);
  return [...tasks].map(([, own]) => rowOf(own)).sort(byName);
}

function rowOf(minutes: readonly Summary[]): MatrixRow {
  const [last] = minutes.slice(-1);
  if (last === undefined) throw new Error("A row without a minute");
  const { taskName, host, targetId } = last;
  const names = new Set(minutes.flatMap(({ regions }) => Object.keys(regions)));
  const cells = [...names].sort().map((name) => {
    const parts = minutes.flatMap(({ regions }) => regions[name] ?? []);
    return [name, cellOf(mergeFigures(parts))];
  });
  return { taskName, host, targetId, cells: Object.fromEntries(cells) };
}

function cellOf(figures: Figures): MatrixCell {
  const { sampleCount, failurePercent, avgConnectTimeMs } = figures;
  return {
    sampleCount,
    failedPercent: failurePercent,
    avgConnectTimeMs,
    lossPercent: lossPercent(figures),
  };
}

/** A cell of which more than this fails, or whose SYNs are repeated more often, is in trouble; in percent. */
const TROUBLE = { failedPercent: 10, lossPercent: 5 } as const;

/** Whether checks fail in a cell, or SYNs are lost, so often that somebody should look. */
export function isTroubled({ failedPercent, lossPercent: loss }: MatrixCell): boolean {
  return (failedPercent ?? 0) > TROUBLE.failedPercent || (loss ?? 0) > TROUBLE.lossPercent;
}

/** Whose fault a row's trouble is: every region sees it, or only these. */
export type RowFault =
  | { readonly kind: "target" }
  | { readonly kind: "paths"; readonly regions: readonly RegionName[] };

/** Null without any trouble. One region alone can't tell a target from its own path: it is named. */
export function faultOf({ cells }: Pick<MatrixRow, "cells">): RowFault | null {
  const seen = Object.entries(cells).filter(([, { failedPercent }]) => failedPercent !== null);
  const regions = seen.flatMap(([name, cell]) => (isTroubled(cell) ? name : []));
  if (regions.length === 0) return null;
  const isEverywhere = regions.length === seen.length && seen.length > 1;
  return isEverywhere ? { kind: "target" } : { kind: "paths", regions };
}

function byName(a: MatrixRow, b: MatrixRow): number {
  return a.taskName < b.taskName ? -1 : 1;
}

import { type Profiler, Session } from "node:inspector";

/** The counted ranges of one file, by offsets in its text. */
export interface CoveredFile {
  /** The address that the file was loaded from. */
  readonly url: string;
  readonly ranges: readonly CountedRange[];
}

export type CountedRange = readonly [start: number, end: number, count: number];

/** Counts what runs from now on, until it is called. */
export function startCoverage(): () => readonly CoveredFile[] {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  return () => {
    const files: CoveredFile[] = [];
    session.post("Profiler.takePreciseCoverage", (error, taken) => {
      if (error !== null) throw error;
      files.push(...taken.result.map(coveredFile));
    });
    session.post("Profiler.stopPreciseCoverage");
    session.disconnect();
    return files;
  };
}

/** Tells whether the text at an offset has run: the smallest range around it was counted. */
export function isCovered(ranges: readonly CountedRange[], offset: number): boolean {
  const around = ranges.filter(([start, end]) => start <= offset && offset < end);
  const size = ([start, end]: CountedRange) => end - start;
  const smallest = around.toSorted((a, b) => size(a) - size(b))[0];
  return smallest !== undefined && smallest[2] > 0;
}

function coveredFile({ url, functions }: Profiler.ScriptCoverage): CoveredFile {
  const ranges = functions.flatMap((one) => one.ranges);
  return {
    url,
    ranges: ranges.map(({ startOffset, endOffset, count }) => [startOffset, endOffset, count]),
  };
}

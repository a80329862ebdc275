/** How a minute ended, as the server writes it. */
export type MinuteMark = "o" | "s" | "f" | ".";

/** A minute's colour is also a height, so that nobody needs the colour. */
const HEIGHT: Readonly<Record<MinuteMark, number>> = { o: 8, s: 14, f: 20, ".": 2 };

/** The height of a strip. */
export const STRIP_HEIGHT = 20;

/**
 * A strip as one path a mark, a unit a minute, the newest at `minutes`. Neighbours that are alike are
 * one rectangle, so that an hour without trouble costs nothing.
 */
export function stripPaths(strip: string, minutes: number): Readonly<Record<MinuteMark, string>> {
  const shown = strip.slice(-minutes).padStart(minutes, ".");
  const paths: Record<MinuteMark, string> = { o: "", s: "", f: "", ".": "" };
  for (let from = 0; from < shown.length; ) {
    const mark = shown[from] as MinuteMark;
    let to = from + 1;
    while (to < shown.length && shown[to] === mark) to += 1;
    if (mark in paths) paths[mark] += rectangle(from, to, HEIGHT[mark]);
    from = to;
  }
  return paths;
}

function rectangle(from: number, to: number, height: number): string {
  return `M${from} ${STRIP_HEIGHT - height}h${to - from}v${height}h${from - to}z`;
}

/** What a strip says, for whoever does not see it. */
export function stripText(strip: string, minutes: number): string {
  const shown = [...strip.slice(-minutes)];
  const count = (mark: MinuteMark) => shown.filter((one) => one === mark).length;
  const [failed, some] = [count("f"), count("s")];
  if (failed + some === 0) return count("o") === 0 ? "No checks" : "No failures";
  return `${failed} min failed, ${some} min in part`;
}

/** How many tasks fail in each minute, the oldest first. */
export function failingCounts(strips: readonly string[], minutes: number): number[] {
  const counts = new Array<number>(minutes).fill(0);
  for (const strip of strips) {
    const shift = minutes - strip.length;
    for (let i = Math.max(0, -shift); i < strip.length; i += 1) {
      if (strip[i] === "f") counts[i + shift] = (counts[i + shift] ?? 0) + 1;
    }
  }
  return counts;
}

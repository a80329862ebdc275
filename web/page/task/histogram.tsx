import type { SeriesRecord } from "../../records/records.ts";
import { bandText, countText, msText } from "../words/number.ts";

const HEIGHT = 90;

/** Connect times of the whole time, in bins that grow with them. */
export function Histogram({ bins }: { bins: SeriesRecord["histogram"] }) {
  const most = Math.max(...bins.map(({ count }) => count), 1);
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  const [first, last] = [bins[0], bins.at(-1)];
  if (total === 0 || first === undefined || last === undefined) {
    return <p class="soft">No connect time was measured.</p>;
  }
  return (
    <figure class="histogram">
      <svg
        viewBox={`0 0 ${bins.length * 10} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${countText(total, "connect time")} from ${msText(first.fromMs)} to ${msText(last.toMs)}`}
      >
        {bins.map(({ fromMs, toMs, count }, i) => {
          const height = count === 0 ? 0 : Math.max(2, (count / most) * (HEIGHT - 2));
          return (
            <path key={fromMs} d={`M${i * 10 + 0.5} ${HEIGHT - height}h9v${height}h-9z`}>
              <title>{`${msText(fromMs)} to ${msText(toMs)}: ${count}\n${bandText(fromMs)}`}</title>
            </path>
          );
        })}
      </svg>
      <figcaption class="soft">
        <span>{msText(first.fromMs)}</span>
        <span>{msText(bins[Math.floor(bins.length / 2)]?.fromMs)}</span>
        <span>{msText(last.toMs)}</span>
      </figcaption>
    </figure>
  );
}

import type { RegionLook, SeenFrom } from "./region-look.ts";

const WORDS: Readonly<Record<RegionLook, string>> = {
  fine: "fine",
  some: "fails in part",
  failed: "fails",
  none: "silent",
  sick: "abstains, its own network fails",
};

const SHAPES: Readonly<Record<RegionLook, string>> = {
  fine: "M6 2.200a3.800 3.800 0 1 1-.01 0z",
  some: "M6 1.200 11.300 10.500H.700z",
  failed: "M1.500 1.500h9v9h-9z",
  none: "M6 2.500a3.500 3.500 0 1 1-.01 0z",
  sick: "M6 .300 11.700 6 6 11.700.300 6z",
};

/** A dot a region; its shape says the same as its colour. */
export function RegionMarks({ seen }: { seen: readonly SeenFrom[] }) {
  const lines = seen.map(({ region, look }) => `${region}: ${WORDS[look]}`);
  return (
    <span class="region-marks" role="img" aria-label={lines.join(", ")} title={lines.join("\n")}>
      {seen.map(({ region, look }) => (
        <svg
          key={region}
          class={`region is-${look}`}
          width="12"
          height="12"
          viewBox="0 0 12 12"
          aria-hidden="true"
        >
          <path d={SHAPES[look]} />
        </svg>
      ))}
    </span>
  );
}

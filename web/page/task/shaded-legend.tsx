import type { ShadedSpan } from "./shaded.ts";
import { shadedWords } from "./shaded.ts";

/** The shading of a plot in words, for whoever does not see it or wonders what it is. */
export function ShadedLegend({ spans, nowMs }: { spans: readonly ShadedSpan[]; nowMs: number }) {
  const words = shadedWords(spans, nowMs);
  if (words.length === 0) return null;
  return (
    <p class="figures">
      {words.map(({ word, colour, isHatched, when }) => (
        <span key={word} class="figure">
          <span
            class={`swatch is-square shade-${colour}${isHatched ? " is-hatched" : ""}`}
            aria-hidden="true"
          />
          <b>{word}</b> {when}
        </span>
      ))}
    </p>
  );
}

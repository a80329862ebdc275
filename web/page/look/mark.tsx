import type { Tone } from "../words/headline.ts";
import type { Look } from "../words/look.ts";

interface Shape {
  readonly body: string;
  /** What is drawn into the body. */
  readonly inner?: string;
  /** Drawn as an outline: nothing is known, or nothing is wrong. */
  readonly isLine?: true;
}

const CIRCLE = "M8 1.800a6.200 6.200 0 1 1-.01 0z";

/** Each state has a shape of its own, so that nobody needs its colour. */
const SHAPES: Readonly<Record<Look | Tone, Shape>> = {
  down: { body: "M5 1h6l4 4v6l-4 4H5l-4-4V5z", inner: "M5.500 5.500l5 5M10.500 5.500l-5 5" },
  warning: { body: "M8 1.300 15.200 14.500H.800z", inner: "M8 6v4M8 11.800v.700" },
  silent: { body: CIRCLE, inner: "M5 8h6", isLine: true },
  rejected: { body: "M8 1l7 7-7 7-7-7z", inner: "M8 5v3.500M8 10.500v.600", isLine: true },
  waiting: { body: CIRCLE, inner: "M8 4.800V8l2.400 1.600", isLine: true },
  disabled: { body: "M3 8h10", isLine: true },
  fine: { body: CIRCLE, inner: "M5.100 8.200l2 2 3.800-4.200" },
  sick: {
    body: "M8 .500 15.500 8 8 15.500.500 8z",
    inner: "M4 8h2l1.200-2.400 1.800 4.600 1-2.200h2",
  },
};

/** The shape of a state. The word beside it says the same, so it is hidden from screen readers. */
export function Mark({ look, size = 16 }: { look: Look | Tone; size?: number }) {
  const { body, inner, isLine = false } = SHAPES[look];
  return (
    <svg
      class={`mark is-${look}`}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      <path class={isLine ? "mark-line" : "mark-body"} d={body} />
      {inner !== undefined && <path class={isLine ? "mark-line" : "mark-inner"} d={inner} />}
    </svg>
  );
}

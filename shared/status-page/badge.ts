import { deriveId } from "../hash.ts";
import { escapeXml } from "./escape.ts";
import type { StatusState } from "./model.ts";
import { showPercent, WORDS } from "./words.ts";

/** Dark enough for white text. */
const COLOURS: Readonly<Record<StatusState, string>> = {
  up: "#1a7f4b",
  degraded: "#9a6700",
  down: "#b42318",
  no_data: "#57606a",
  maintenance: "#0b62a8",
  unknown: "#57606a",
};

const CHARACTER_WIDTH = 6.6;
const PADDING = 8;
const LONGEST_LABEL = 40;

/** What a badge says. */
export interface Badge {
  readonly label: string;
  readonly state: StatusState;
  readonly uptimePercent: number | null;
}

/** A badge for a README, as SVG: a name, its state and its uptime. */
export function badgeSvg({ label, state, uptimePercent }: Badge): string {
  const left = cut(label);
  const share = uptimePercent === null ? "" : ` ${showPercent(uptimePercent)}`;
  const right = `${WORDS[state].toLowerCase()}${share}`;
  const [leftWidth, rightWidth] = [widthOf(left), widthOf(right)];
  const width = leftWidth + rightWidth;
  const text = (at: number, wide: number, said: string) =>
    `<text x="${at + PADDING}" y="14" textLength="${wide - 2 * PADDING}" lengthAdjust="spacingAndGlyphs">${escapeXml(said)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="${escapeXml(`${left}: ${right}`)}">`,
    `<title>${escapeXml(`${left}: ${right}`)}</title>`,
    `<rect width="${width}" height="20" rx="3" fill="#30363d"/>`,
    `<path d="M${leftWidth} 0h${rightWidth - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H${leftWidth}z" fill="${COLOURS[state]}"/>`,
    `<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">`,
    text(0, leftWidth, left),
    text(leftWidth, rightWidth, right),
    "</g></svg>\n",
  ].join("");
}

/** A name of a file for any text: readable, and never that of another text. */
export function fileNameOf(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  const isSame = plain === text && plain.length <= LONGEST_LABEL;
  const stem = plain.slice(0, LONGEST_LABEL);
  return isSame ? stem : `${stem}${stem === "" ? "" : "-"}${deriveId(text).slice(0, 8)}`;
}

function cut(label: string): string {
  const characters = [...label];
  if (characters.length <= LONGEST_LABEL) return label;
  return `${characters.slice(0, LONGEST_LABEL - 1).join("")}…`;
}

function widthOf(text: string): number {
  return Math.ceil([...text].length * CHARACTER_WIDTH) + 2 * PADDING;
}

import { showLength } from "../units.ts";
import { escapeXml } from "./escape.ts";
import type { StatusDay } from "./model.ts";
import { showDay, showPercent } from "./words.ts";

const WIDTH = 6;
const GAP = 2;
const HEIGHT = 28;

/** A day's bar and what it is called; a state's class in the style sheet. */
type BarClass = "up" | "degraded" | "down" | "maintenance" | "unknown";

/** A bar a day, as SVG that needs no script and, with a title a bar, no colour either. */
export function dayBars(days: readonly StatusDay[], label: string): string {
  const width = days.length * (WIDTH + GAP) - GAP;
  const bars = days.map((day, i) => {
    const kind = classOf(day);
    // A worse day is a lower bar.
    const height = kind === "down" ? HEIGHT - 12 : kind === "degraded" ? HEIGHT - 6 : HEIGHT;
    const place = `x="${i * (WIDTH + GAP)}" y="${HEIGHT - height}" width="${WIDTH}" height="${height}"`;
    return `<rect class="${kind}" ${place} rx="1"><title>${escapeXml(sentenceOf(day))}</title></rect>`;
  });
  return `<svg class="bars" viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${escapeXml(label)}">${bars.join("")}</svg>`;
}

function classOf(day: StatusDay): BarClass {
  if (day.downMs > 0) return "down";
  if (day.degradedMs > 0) return "degraded";
  if (day.uptimePercent !== null) return "up";
  return day.maintenanceMs > 0 ? "maintenance" : "unknown";
}

function sentenceOf(day: StatusDay): string {
  const said = [
    `${showDay(day.startMs)}: ${day.uptimePercent === null ? "no data" : showPercent(day.uptimePercent)}`,
  ];
  if (day.downMs > 0) said.push(`down for ${showLength(day.downMs)}`);
  if (day.degradedMs > 0) said.push(`degraded for ${showLength(day.degradedMs)}`);
  if (day.maintenanceMs > 0) said.push(`maintenance for ${showLength(day.maintenanceMs)}`);
  return said.join(", ");
}

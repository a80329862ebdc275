import { escapeUnprintable } from "../../shared/input/input.ts";
import type { Family, Labels, Sample } from "./family.ts";
import { FLEET_FAMILIES } from "./fleet-families.ts";
import { PROBE_FAMILIES } from "./probe-families.ts";
import type { FleetFigures } from "./read-figures.ts";
import { TASK_FAMILIES } from "./task-families.ts";

/** Every metric that `metricsText` writes, in its order. */
export const FAMILIES: readonly Family[] = [...TASK_FAMILIES, ...PROBE_FAMILIES, ...FLEET_FAMILIES];

/**
 * The figures in the text format of Prometheus, version 0.0.4. Values carry no time: Prometheus dates
 * them by its scrape, and what is absent goes stale there.
 */
export function metricsText(figures: FleetFigures): string {
  return FAMILIES.map((family) => familyText(family, family.samples(figures))).join("");
}

function familyText({ name, help }: Family, samples: readonly Sample[]): string {
  if (samples.length === 0) return "";
  const lines = samples.map(({ labels, value }) => `${name}${labelsText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join("")}`;
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).flatMap(([name, value]) =>
    value === null || value === "" ? [] : `${name}="${escapeValue(value)}"`,
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** Line feeds as the format has them; what else can't be printed becomes its code, as on a terminal. */
function escapeValue(value: string): string {
  const lines = value.split("\n").map(escapeUnprintable);
  return lines.map((line) => line.replaceAll("\\", "\\\\").replaceAll('"', '\\"')).join("\\n");
}

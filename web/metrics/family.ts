import type { OverviewTask } from "../../functions/history/history.ts";
import { SECOND_MS } from "../../shared/units.ts";
import type { FleetFigures } from "./read-figures.ts";

/** What tells one series of a metric from another. One without a value is left out. */
export type Labels = Readonly<Record<string, string | null>>;

/** One value of a metric now. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** A metric with all its series. All are gauges: what is counted is counted in one minute. */
export interface Family {
  readonly name: string;
  readonly help: string;
  /** How OpenTelemetry has it; absent if it has it otherwise. Units are those of UCUM. */
  readonly otel?: { readonly name: string; readonly unit: string; readonly isWhole?: true };
  readonly samples: (figures: FleetFigures) => readonly Sample[];
}

/** The labels of a task. They follow from its name, so that they add no series. */
export function taskLabels({ name, host, targetId }: OverviewTask): Labels {
  return { task: name, target: host, group: targetId };
}

/** A sample in a list, or no sample without a value. */
export function sampleOf(labels: Labels, value: number | null | undefined): Sample[] {
  return value === null || value === undefined ? [] : [{ labels, value }];
}

/** Milliseconds in seconds, without digits that no clock has. */
export function inSeconds(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1_000) / (1_000 * SECOND_MS);
}

import { type FileSettings, maintenanceLabel } from "../alerting/operators/operators.ts";
import { FLEET_LABEL, type Mention, targetLabel } from "../alerting/settings/settings.ts";
import type { Problem } from "../input/input.ts";

/** What one file sets. */
export interface SettingsOfFile {
  readonly file: string;
  readonly settings: FileSettings;
}

/** One thing that a file sets, under the label that problems show. */
interface Owned<T> {
  readonly file: string;
  readonly subject: string;
  readonly value: T;
}

/** The settings of all files together. A thing belongs to the first file that sets it. */
export function joinSettings(files: readonly SettingsOfFile[]): {
  readonly settings: FileSettings;
  readonly problems: readonly Problem[];
} {
  const fleets = takeFirst(
    files.flatMap(({ file, settings: { fleet } }) =>
      Object.keys(fleet).length === 0 ? [] : [{ file, subject: FLEET_LABEL, value: fleet }],
    ),
  );
  const targets = takeFirst(
    files.flatMap(({ file, settings }) =>
      Object.entries(settings.targets).map((value) => ({
        file,
        subject: targetLabel(value[0]),
        value,
      })),
    ),
  );
  const maintenances = takeFirst(
    files.flatMap(({ file, settings }) =>
      settings.maintenances.map((value) => ({ file, subject: maintenanceLabel(value.id), value })),
    ),
  );
  return {
    settings: {
      fleet: fleets.first[0] ?? {},
      targets: Object.fromEntries(targets.first),
      maintenances: maintenances.first,
    },
    problems: [...fleets.problems, ...targets.problems, ...maintenances.problems],
  };
}

function takeFirst<T>(things: readonly Owned<T>[]): { first: T[]; problems: Problem[] } {
  const owners = new Map<string, string>();
  const first: T[] = [];
  const problems: Problem[] = [];
  for (const { file, subject, value } of things) {
    const owner = owners.get(subject);
    if (owner === undefined) {
      owners.set(subject, file);
      first.push(value);
      continue;
    }
    const rule = owner === file ? "is in its file twice" : `is in ${owner} too`;
    problems.push({ file, task: null, subject, field: "entry", rule, value: undefined });
  }
  return { first, problems };
}

/** The tasks and targets that maintenances name. */
export function scopeMentions({ maintenances }: FileSettings): Mention[] {
  return maintenances.map(({ id, scope }) => ({
    scope,
    owner: { task: null, subject: maintenanceLabel(id) },
    field: scope.kind === "target" ? "target_id" : "task",
  }));
}

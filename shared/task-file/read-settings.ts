import {
  type FileSettings,
  maintenanceEntry,
  readMaintenance,
} from "../alerting/operators/operators.ts";
import { FLEET_LABEL, readLevelSettings, targetLabel } from "../alerting/settings/settings.ts";
import { deriveId } from "../hash.ts";
import {
  type InputTable,
  isFields,
  isLabel,
  ownField,
  type Problem,
  trimBlanks,
} from "../input/input.ts";
import { type Environment, expandTable } from "./expand/expand.ts";
import type { SettingSection } from "./sections.ts";

/** What a file sets beside its tasks, and what is wrong with it. Each entry is read on its own. */
export interface ReadSettings {
  readonly settings: FileSettings;
  readonly problems: readonly Problem[];
}

const MAX_ID_CHARACTERS = 200;

/** An id that is derived is typed after `maintenance list`, so it is short. */
const ID_CHARACTERS = 12;

/** Where the sections stand, and the variables that they may name. */
export interface SettingsSource {
  readonly file: string;
  readonly environment: Environment;
}

/** Reads the sections `alerting`, `targets` and `maintenance`. */
export function readSettings(
  sections: Partial<Record<SettingSection, unknown>>,
  { file, environment }: SettingsSource,
): ReadSettings {
  const reading = new Reading(file, environment);
  const settings = {
    fleet: reading.fleet(sections.alerting),
    targets: reading.targets(sections.targets),
    maintenances: reading.maintenances(sections.maintenance),
  };
  return { settings, problems: reading.problems };
}

class Reading {
  readonly problems: Problem[] = [];
  readonly #file: string;
  readonly #environment: Environment;

  constructor(file: string, environment: Environment) {
    this.#file = file;
    this.#environment = environment;
  }

  fleet(value: unknown): FileSettings["fleet"] {
    if (value === undefined) return {};
    const { item, hasProblems } = this.#table(value, FLEET_LABEL);
    if (item === null) return {};
    const settings = readLevelSettings(item, "fleet");
    return hasProblems() ? {} : settings;
  }

  targets(value: unknown): FileSettings["targets"] {
    if (value === undefined) return {};
    if (!isFields(value)) {
      this.#report(undefined, "targets", "must be tables, one for each target_id", value);
      return {};
    }
    const read = Object.entries(value).flatMap(([id, table]) => this.#target(id, table));
    return Object.fromEntries(read);
  }

  #target(id: string, value: unknown): [string, FileSettings["fleet"]][] {
    const { item, hasProblems } = this.#table(value, targetLabel(id));
    if (item === null) return [];
    if (!isLabel(id, MAX_ID_CHARACTERS)) item.report("target_id", "must fit into a line", id);
    const settings = readLevelSettings(item, "target");
    return hasProblems() ? [] : [[trimBlanks(id), settings]];
  }

  maintenances(value: unknown): FileSettings["maintenances"] {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) {
      this.#report(undefined, "maintenance", "must be a list of maintenances", value);
      return [];
    }
    return value.flatMap((one, i) => this.#maintenance(one, i + 1));
  }

  #maintenance(value: unknown, position: number): FileSettings["maintenances"] {
    const id = isFields(value) ? ownField(value, "id") : undefined;
    const label = isLabel(id, MAX_ID_CHARACTERS) ? JSON.stringify(trimBlanks(id)) : `#${position}`;
    const { item, hasProblems } = this.#table(value, `Maintenance ${label}`);
    const read = item === null ? undefined : readMaintenance(item, "");
    if (read === undefined || hasProblems()) return [];
    return [read.id === "" ? { ...read, id: derivedId(maintenanceEntry(read).fields) } : read];
  }

  /** The table of one thing, and whether a problem of it was found. */
  #table(value: unknown, subject: string): { item: InputTable | null; hasProblems: () => boolean } {
    const before = this.problems.length;
    const hasProblems = () => this.problems.length > before;
    if (!isFields(value)) {
      this.#report(subject, "entry", "must be a table of fields", value);
      return { item: null, hasProblems };
    }
    const { fields, faults, written } = expandTable(value, this.#environment);
    for (const { field, rule } of faults) this.#report(subject, field, rule, undefined);
    const faulty = faults.map(({ field }) => field);
    const report: InputTable["report"] = (field, rule, found) => {
      if (!faulty.includes(field)) this.#report(subject, field, rule, written.get(field) ?? found);
    };
    return { item: { fields, path: "", report }, hasProblems };
  }

  #report(subject: string | undefined, field: string, rule: string, value: unknown): void {
    const about = subject === undefined ? {} : { subject };
    this.problems.push({ file: this.#file, task: null, ...about, field, rule, value });
  }
}

function derivedId(fields: object): string {
  return deriveId(JSON.stringify(fields)).slice(0, ID_CHARACTERS);
}

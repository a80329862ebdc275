import { basename } from "node:path";
import type { Fields } from "../../../../shared/input/input.ts";
import type { Source } from "../../model/format.ts";
import { at, keysOf, listOf, tablesOf, textOf } from "../../values/fields.ts";
import { type Labels, relabel } from "./relabel.ts";

/** One target of a scrape job, as its rules leave it. */
export interface Target {
  readonly source: Source;
  readonly job: Fields;
  readonly jobName: string;
  /** What the file lists, before the rules. */
  readonly address: string;
  readonly labels: Labels;
  /** Why the rules can't be followed; null if they can. */
  readonly unknown: string | null;
}

/** The targets of a job, those that its rules drop, and where else its targets come from. */
export interface JobTargets {
  readonly targets: readonly Target[];
  readonly droppedCount: number;
  /** Lists that are in none of the files: `file_sd` without its file, and what only Prometheus can ask. */
  readonly elsewhere: readonly string[];
}

/** The scrape jobs of a file that ask an exporter for probes. */
export function probeJobs({ content }: Source): readonly Fields[] {
  return [...tablesOf(at(content, "scrape_configs")), ...probesOfOperator(content)].filter(isProbe);
}

/** Other exporters have modules too, e.g. snmp_exporter at `/snmp`. */
function isProbe(job: Fields): boolean {
  const path = textOf(at(job, "metrics_path"));
  if (path !== null && !/[{$]/.test(path)) return /\/probe\/?$/.test(path);
  const rules = tablesOf(at(job, "relabel_configs"));
  const isRelabeled = rules.some((rule) => at(rule, "target_label") === "__param_module");
  return isRelabeled || at(job, "params", "module") !== undefined;
}

/** A `Probe` of the Prometheus operator is a job with one module. */
function probesOfOperator(content: unknown): readonly Fields[] {
  if (at(content, "kind") !== "Probe") return [];
  const spec = at(content, "spec");
  const listed = at(spec, "targets", "staticConfig");
  const job = {
    job_name: at(spec, "jobName") ?? at(content, "metadata", "name"),
    params: { module: [at(spec, "module")] },
    scrape_interval: at(spec, "interval"),
    scrape_timeout: at(spec, "scrapeTimeout"),
    static_configs: [{ targets: at(listed, "static"), labels: at(listed, "labels") }],
    relabel_configs: [{ source_labels: ["__address__"], target_label: "__param_target" }],
    ...(at(spec, "targets", "ingress") !== undefined && { ingress_sd_configs: [{}] }),
  };
  return [job];
}

/** The targets of a job with the labels that its rules give them. */
export function targetsOf(source: Source, job: Fields, lists: readonly Source[]): JobTargets {
  const jobName = textOf(at(job, "job_name")) ?? "job";
  const files = tablesOf(at(job, "file_sd_configs")).flatMap((one) => listOf(at(one, "files")));
  const named = files.map((file) => ({
    file: String(file),
    found: listsNamed(lists, String(file)),
  }));
  const groups = [
    ...tablesOf(at(job, "static_configs")).map((group) => ({ source, group })),
    ...named.flatMap(({ found }) =>
      found.flatMap((list) => tablesOf(list.content).map((group) => ({ source: list, group }))),
    ),
  ];
  const read = groups.flatMap(({ source: owner, group }) =>
    listOf(at(group, "targets")).map((address) =>
      targetOf({ source: owner, job, jobName, address: String(address), group }),
    ),
  );
  const others = keysOf(job).filter((key) => /_sd_configs$/.test(key) && key !== "file_sd_configs");
  return {
    targets: read.filter((target) => target !== null),
    droppedCount: read.filter((target) => target === null).length,
    elsewhere: [
      ...named.filter(({ found }) => found.length === 0).map(({ file }) => file),
      ...others,
    ],
  };
}

/** The files that a path or a pattern of file_sd names, by the ends of their names. */
function listsNamed(lists: readonly Source[], pattern: string): readonly Source[] {
  const parts = basename(pattern).split("*");
  const [first = "", ...rest] = parts;
  return lists.filter(({ file }) => {
    const name = basename(file);
    if (rest.length === 0) return name === first;
    const last = rest.at(-1) ?? "";
    const isLong = name.length >= first.length + last.length;
    return isLong && name.startsWith(first) && name.endsWith(last);
  });
}

function targetOf({
  source,
  job,
  jobName,
  address,
  group,
}: Pick<Target, "source" | "job" | "jobName" | "address"> & { group: Fields }): Target | null {
  const params = at(job, "params");
  const labels = new Map<string, string>([
    ["job", jobName],
    ["__metrics_path__", textOf(at(job, "metrics_path")) ?? "/metrics"],
    ["__scheme__", textOf(at(job, "scheme")) ?? "http"],
    ...keysOf(params).map((key) => paramLabel(key, at(params, key))),
    ...keysOf(at(group, "labels")).map((key) => labelOf(key, at(group, "labels", key))),
    ["__address__", address],
  ]);
  const made = relabel(labels, at(job, "relabel_configs"));
  const target = { source, job, jobName, address };
  if (!("labels" in made)) return { ...target, labels, unknown: made.unknown };
  return made.labels === null ? null : { ...target, labels: made.labels, unknown: null };
}

function paramLabel(key: string, value: unknown): [string, string] {
  return [`__param_${key}`, textOf(listOf(value)[0]) ?? ""];
}

function labelOf(key: string, value: unknown): [string, string] {
  return [key, textOf(value) ?? String(value ?? "")];
}

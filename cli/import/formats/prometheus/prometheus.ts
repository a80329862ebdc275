import type { Fields } from "../../../../shared/input/input.ts";
import { MINUTE_MS, SECOND_MS } from "../../../../shared/units.ts";
import { addCheck, type Check, countOther, type Findings, refuseCheck } from "../../model/check.ts";
import type { Format, Source } from "../../model/format.ts";
import { durationOf } from "../../values/durations.ts";
import { at, keysOf, tablesOf, textOf } from "../../values/fields.ts";
import { setNames, setTags } from "../../values/labels.ts";
import { setTarget, withoutScheme } from "../../values/target.ts";
import { setTimes } from "../../values/times.ts";
import { probeJobs, type Target, targetsOf } from "./jobs.ts";
import { type Module, modulesOf, takeModule } from "./modules.ts";

const USUAL_TIMEOUT_MS = 10 * SECOND_MS;

/** Modules without a file are known by the names that everybody gives them. */
const PLAIN_TCP = /^tcp(?:_connect)?(?:_(?:ipv?[46]|example))?$/;
const NOT_TCP = /^(https?|icmp|ping|dns|grpc|udp|websocket|unix)(?:_|-|\d|$)/i;

/** blackbox_exporter and Prometheus: modules, jobs and lists of targets, which belong together. */
export const prometheus: Format = {
  kind: "prometheus",
  tool: "blackbox_exporter and Prometheus",
  languages: ["data"],
  owns: (source) => hasModules(source) || hasJobs(source) || isTargetList(source),
  read: (sources, findings) => {
    const modules = modulesOf(sources.filter(hasModules));
    const lists = sources.filter(isTargetList);
    const used = new Set<string>();
    for (const source of sources) {
      for (const job of probeJobs(source)) readJob({ source, job, lists, modules, used }, findings);
    }
    tellUnasked(sources, findings);
    tellUnused(modules, used, findings);
  },
};

function hasModules({ content }: Source): boolean {
  const table = at(content, "modules") ?? at(content, "config", "modules");
  return keysOf(table).some((name) => at(table, name, "prober") !== undefined);
}

function hasJobs({ content }: Source): boolean {
  return (
    tablesOf(at(content, "scrape_configs")).some((job) => at(job, "job_name") !== undefined) ||
    at(content, "spec", "prober") !== undefined
  );
}

function isTargetList({ content }: Source): boolean {
  return Array.isArray(content) && content.some((group) => Array.isArray(at(group, "targets")));
}

interface Job {
  readonly source: Source;
  readonly job: Fields;
  readonly lists: readonly Source[];
  readonly modules: ReadonlyMap<string, Module>;
  /** The names of modules that a target uses. */
  readonly used: Set<string>;
}

function readJob({ source, job, lists, modules, used }: Job, findings: Findings): void {
  const { targets, droppedCount, elsewhere } = targetsOf(source, job, lists);
  const jobName = textOf(at(job, "job_name")) ?? "job";
  for (const target of targets) readTarget({ target, modules, used, source }, findings);
  if (droppedCount > 0) {
    const text = `the relabeling of job ${JSON.stringify(jobName)} drops ${droppedCount} targets`;
    findings.notes.push({ file: source.file, text });
  }
  const module = textOf([at(job, "params", "module")].flat()[0]);
  if (elsewhere.length === 0) return;
  if (module !== null) used.add(module);
  if (isOther(module, modules)) {
    countOther(findings, proberOf(module, modules), elsewhere.length);
    return;
  }
  for (const list of elsewhere) {
    const check = addCheck(findings, source.file, `targets of job ${JSON.stringify(jobName)}`);
    const isFile = !list.endsWith("_sd_configs");
    refuseCheck(
      check,
      isFile
        ? `they are in ${list}: give this file too`
        : `they come from ${list}, which only Prometheus can ask`,
    );
  }
}

function isOther(module: string | null, modules: Job["modules"]): boolean {
  return (
    module !== null &&
    proberOf(module, modules) !== "tcp" &&
    proberOf(module, modules) !== "unknown"
  );
}

/** What a module checks: by its file, or by its name if no file has it. */
function proberOf(name: string | null, modules: Job["modules"]): string {
  if (name === null) return "unknown";
  const known = modules.get(name)?.prober;
  if (known !== undefined) return known;
  if (PLAIN_TCP.test(name)) return "tcp";
  return NOT_TCP.exec(name)?.[1]?.toLowerCase() ?? "unknown";
}

interface Probe extends Pick<Job, "modules" | "used" | "source"> {
  readonly target: Target;
}

function readTarget({ target, modules, used, source }: Probe, findings: Findings): void {
  const name = target.labels.get("__param_module") ?? "http_2xx";
  used.add(name);
  const prober = proberOf(name, modules);
  if (prober !== "tcp" && prober !== "unknown") {
    countOther(findings, prober);
    return;
  }
  const from = `target ${JSON.stringify(target.address)} of job ${JSON.stringify(target.jobName)}`;
  const check = addCheck(findings, target.source.file, from);
  if (target.unknown !== null) {
    refuseCheck(check, target.unknown);
    return;
  }
  const address = target.labels.get("__param_target");
  if (address === undefined) {
    refuseCheck(check, "its relabeling sets no __param_target");
    return;
  }
  setTarget(check, withoutScheme(check, address));
  const instance = target.labels.get("instance") ?? address;
  setNames(check, instance, `${target.jobName} ${instance}`, `${name} ${instance}`);
  setTags(check, tagsOf(target));
  const module = modules.get(name);
  setTimes(check, timesOf(target, source, module));
  if (module !== undefined) {
    takeModule(check, module);
    return;
  }
  if (prober === "unknown") {
    refuseCheck(
      check,
      `its module ${JSON.stringify(name)} is in none of the files: give blackbox.yml too`,
    );
    return;
  }
  check.changed.push(
    `its module "${name}" is in none of the files: it is taken for a plain connect`,
  );
}

function tagsOf({ labels, jobName }: Target): Record<string, string> {
  const own = [...labels].filter(([name]) => !name.startsWith("__") && name !== "instance");
  return Object.fromEntries([["job", jobName], ...own]);
}

function timesOf({ job }: Target, { content }: Source, module: Module | undefined) {
  const usual = (name: string) => at(job, name) ?? at(content, "global", name);
  const scheduleMs = durationOf(usual("scrape_interval")) || MINUTE_MS;
  const scrapeMs = durationOf(usual("scrape_timeout")) || Math.min(USUAL_TIMEOUT_MS, scheduleMs);
  const moduleMs = durationOf(at(module?.fields, "timeout")) || scrapeMs;
  return { scheduleMs, timeoutMs: Math.min(scrapeMs, moduleMs) };
}

/** A list of targets that no job names, so that nobody knows what is checked. */
function tellUnasked(sources: readonly Source[], findings: Findings): void {
  if (sources.some((source) => probeJobs(source).length > 0)) return;
  for (const { file, content } of sources.filter(isTargetList)) {
    for (const group of tablesOf(content)) {
      for (const address of [at(group, "targets")].flat()) {
        const check: Check = addCheck(findings, file, `target ${JSON.stringify(String(address))}`);
        refuseCheck(check, "no job of the files names this list: give prometheus.yml too");
      }
    }
  }
}

function tellUnused(modules: Job["modules"], used: ReadonlySet<string>, findings: Findings): void {
  const unused = [...modules].filter(([name]) => !used.has(name));
  for (const [name, { file, prober }] of unused) {
    if (used.size > 0 && prober === "tcp") {
      const text = `no target uses the module ${JSON.stringify(name)}`;
      findings.notes.push({ file, text });
    } else if (prober === "tcp") {
      const check = addCheck(findings, file, `module ${JSON.stringify(name)}`);
      refuseCheck(check, "it has no targets: give the prometheus.yml that names them too");
    } else if (used.size === 0) countOther(findings, prober);
  }
}

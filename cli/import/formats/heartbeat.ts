import { MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";
import { addCheck, type Check, countOther, type Findings } from "../model/check.ts";
import type { Format, Source } from "../model/format.ts";
import { literalPattern, sendStep } from "../values/dialogue.ts";
import { durationOf } from "../values/durations.ts";
import { at, atAny, flagOf, keysOf, listOf, tablesOf, textOf } from "../values/fields.ts";
import { loseKeys, setNames, setTags } from "../values/labels.ts";
import { setTarget } from "../values/target.ts";
import { setTimes } from "../values/times.ts";
import { setTls } from "../values/tls.ts";

const USUAL_TIMEOUT_MS = 16 * SECOND_MS;

const LEFT = [
  "proxy_url",
  "proxy_use_local_resolver",
  "processors",
  "pipeline",
  "index",
  "keep_null",
  "data_stream",
  "run_from",
  "maintenance_windows",
];

/** Heartbeat: monitors of the type tcp, one for each of their hosts and ports. */
export const heartbeat: Format = {
  kind: "heartbeat",
  tool: "Heartbeat",
  languages: ["data"],
  owns: ({ content }) =>
    monitorsOf(content).some((one) => at(one, "type") !== undefined) || elsewhere(content) !== null,
  read: (sources, findings) => {
    for (const source of sources) {
      const path = elsewhere(source.content);
      if (path !== null) {
        const text = `monitors in the files of ${path} are read if those are named too`;
        findings.notes.push({ file: source.file, text });
      }
      for (const monitor of monitorsOf(source.content)) {
        const type = textOf(at(monitor, "type")) ?? "unknown";
        if (type === "tcp") readMonitor(source, monitor, findings);
        else countOther(findings, type);
      }
    }
  },
};

/** The section is dotted or nested; a file of `monitors.d` is a list, and a Beat of Kubernetes has it in `spec.config`. */
function monitorsOf(content: unknown): readonly unknown[] {
  const config = at(content, "spec", "config") ?? content;
  const dotted = at(config, "heartbeat.monitors") ?? at(config, "heartbeat", "monitors");
  if (dotted !== undefined) return tablesOf(dotted);
  const isList = Array.isArray(content) && content.some((one) => at(one, "schedule") !== undefined);
  return isList ? tablesOf(content) : [];
}

/** Where the files are that have more monitors; null if the file names none. */
function elsewhere(content: unknown): string | null {
  const config = at(content, "spec", "config") ?? content;
  const dotted =
    at(config, "heartbeat.config.monitors") ?? at(config, "heartbeat", "config", "monitors");
  return textOf(at(dotted, "path") ?? at(config, "heartbeat.config.monitors.path"));
}

function readMonitor(source: Source, monitor: unknown, findings: Findings): void {
  const hosts = listOf(at(monitor, "hosts"));
  const targets = (hosts.length === 0 ? [""] : hosts).flatMap((host) => targetsOf(host, monitor));
  const name = textOf(at(monitor, "name")) ?? textOf(at(monitor, "id"));
  for (const { scheme, host, port } of targets) {
    const target = port === undefined ? host : `${host}:${String(port)}`;
    const from = `monitor ${JSON.stringify(name ?? "tcp")} of ${target}`;
    const check = addCheck(findings, source.file, from);
    setNames(check, name === null || targets.length > 1 ? `${name ?? ""} ${target}` : name);
    setTarget(check, host, port);
    readSettings(check, monitor, scheme);
  }
}

/** A host has its own port and scheme, or is checked on each of the monitor's ports. */
function targetsOf(text: unknown, monitor: unknown) {
  const [, scheme = "", rest = ""] = /^(?:([a-z]+):\/\/)?(.*?)\/?$/s.exec(String(text)) ?? [];
  const ports = listOf(at(monitor, "ports"));
  const hasPort = /^(?:\[[^\]]*\]|[^:]*):(?:\d+|\$\{.*\})$/.test(rest);
  const own = hasPort || ports.length === 0 ? [undefined] : ports;
  return own.map((port) => ({ scheme, host: rest, port }));
}

function readSettings(check: Check, monitor: unknown, scheme: string): void {
  const schedule = textOf(at(monitor, "schedule"));
  const every = everyOf(schedule);
  setTimes(check, {
    scheduleMs: every ?? MINUTE_MS,
    timeoutMs: durationOf(at(monitor, "timeout")) || USUAL_TIMEOUT_MS,
  });
  if (every === null) {
    check.changed.push(
      `it is checked every 60 s: the schedule ${JSON.stringify(schedule)} is no plain interval`,
    );
  }
  if (flagOf(at(monitor, "enabled")) === false) check.fields.enabled = false;
  if (textOf(at(monitor, "mode")) === "all") check.fields.address_mode = "each";
  setFamily(check, monitor);
  setTlsOf(check, monitor, scheme);
  setDialogue(check, monitor);
  const tags = listOf(at(monitor, "tags")).flatMap((tag) => textOf(tag) ?? []);
  setTags(check, {
    ...Object.fromEntries(tags.map((tag) => [tag, "true"])),
    ...plainFields(monitor),
  });
  loseKeys(check, monitor, LEFT, "a task has nothing of this kind");
}

function plainFields(monitor: unknown): Record<string, string> {
  const fields = at(monitor, "fields");
  const texts = keysOf(fields).map((key) => [key, textOf(at(fields, key))] as const);
  return Object.fromEntries(texts.flatMap(([key, text]) => (text === null ? [] : [[key, text]])));
}

/** `@every 5s`, or a cron of six or seven fields that is every so many seconds or minutes. */
function everyOf(schedule: string | null): number | null {
  if (schedule === null) return null;
  const [, every] = /^@every\s+(\S+)$/.exec(schedule) ?? [];
  if (every !== undefined) return durationOf(every);
  const named = {
    "@hourly": 60 * MINUTE_MS,
    "@daily": 1_440 * MINUTE_MS,
    "@midnight": 1_440 * MINUTE_MS,
  };
  for (const [name, ms] of Object.entries(named)) if (schedule === name) return ms;
  const fields = schedule.split(/\s+/);
  const [first = "", second = "", ...rest] = fields;
  if (fields.length < 5 || rest.some((field) => field !== "*")) return null;
  const unitMs = fields.length === 5 ? MINUTE_MS : SECOND_MS;
  if (second === "*") return stepOf(first, unitMs);
  if (fields.length > 5 && /^\d+$/.test(first)) return stepOf(second, MINUTE_MS);
  return null;
}

function stepOf(field: string, unitMs: number): number | null {
  if (field === "*") return unitMs;
  const [, step] = /^(?:\*|0)\/(\d{1,4})$/.exec(field) ?? [];
  if (step !== undefined && Number(step) > 0) return Number(step) * unitMs;
  return /^\d+$/.test(field) ? 60 * unitMs : null;
}

function setFamily(check: Check, monitor: unknown): void {
  const ipv4 = flagOf(at(monitor, "ipv4")) ?? true;
  const ipv6 = flagOf(at(monitor, "ipv6")) ?? true;
  if (ipv4 && !ipv6) check.fields.address_family = "ipv4";
  if (ipv6 && !ipv4) check.fields.address_family = "ipv6";
}

function setTlsOf(check: Check, monitor: unknown, scheme: string): void {
  const ssl = at(monitor, "ssl");
  const dotted = keysOf(monitor).some((key) => key.startsWith("ssl."));
  const isOff = flagOf(at(ssl, "enabled") ?? at(monitor, "ssl.enabled")) === false;
  if (/^(?:tcp|plain)$/.test(scheme) || isOff) return;
  const isAsked = /^(?:tls|ssl)$/.test(scheme) || keysOf(ssl).length > 0 || dotted;
  if (!isAsked) return;
  const field = (name: string) => at(ssl, name) ?? at(monitor, `ssl.${name}`);
  const versions = listOf(field("supported_protocols"))
    .map((one) => String(one).replace(/^TLSv/, ""))
    .sort();
  setTls(check, {
    isInsecure: field("verification_mode") === "none",
    caFile: listOf(field("certificate_authorities"))[0],
    certificateFile: field("certificate"),
    keyFile: field("key"),
    minVersion: versions[0],
    maxVersion: versions.at(-1),
  });
}

function setDialogue(check: Check, monitor: unknown): void {
  const talk = at(monitor, "check");
  const send = atAny(talk, "send") ?? at(monitor, "check.send");
  const receive = atAny(talk, "receive") ?? at(monitor, "check.receive");
  const steps = [
    ...(typeof send === "string" && send !== "" ? [sendStep(send)] : []),
    ...(typeof receive === "string" && receive !== "" ? [{ expect: literalPattern(receive) }] : []),
  ];
  if (steps.length > 0) check.fields.dialogue = steps;
}

import { type Fields, isFields } from "../../../shared/input/input.ts";
import { SECOND_MS } from "../../../shared/units.ts";
import { addCheck, type Check, countOther, type Findings, refuseCheck } from "../model/check.ts";
import type { Format, Source } from "../model/format.ts";
import { setAlert } from "../values/alerts.ts";
import { durationOf } from "../values/durations.ts";
import {
  at,
  atAny,
  codeIn,
  flagOf,
  keysOf,
  listOf,
  numberOf,
  tablesOf,
  textOf,
} from "../values/fields.ts";
import { setGroup, setNames, setTags } from "../values/labels.ts";
import { setTarget } from "../values/target.ts";
import { setTimes } from "../values/times.ts";
import { setTls } from "../values/tls.ts";

const USUAL_INTERVAL_MS = 2 * SECOND_MS;
const USUAL_TIMEOUT_MS = SECOND_MS;

/** Types by their numbers, which a file may have instead of names. */
const TCP_TYPES = ["TCP", "7"];

/** cloudprober: probes of the type TCP, in textproto, YAML, JSON and jsonnet. */
export const cloudprober: Format = {
  kind: "cloudprober",
  tool: "cloudprober",
  languages: ["textproto", "jsonnet", "data"],
  owns: ({ content }) =>
    !Array.isArray(at(content, "probe", "service")) &&
    tablesOf(at(content, "probe")).some((probe) => at(probe, "type") !== undefined),
  read: (sources, findings) => {
    const shared = new Map(sources.flatMap(sharedTargets));
    for (const source of sources) {
      for (const probe of tablesOf(at(source.content, "probe"))) {
        const type = textOf(at(probe, "type")) ?? "unknown";
        if (TCP_TYPES.includes(type) || type.includes("{{"))
          readProbe({ source, probe, shared }, findings);
        else countOther(findings, type.toLowerCase());
      }
      const included = listOf(at(source.content, "include"));
      if (included.length > 0) {
        const text = `it includes ${included.join(", ")}: give these files too`;
        findings.notes.push({ file: source.file, text });
      }
    }
  },
};

function sharedTargets({ content }: Source): [string, unknown][] {
  return tablesOf(atAny(content, "shared_targets", "sharedTargets")).map((shared) => [
    textOf(at(shared, "name")) ?? "",
    at(shared, "targets"),
  ]);
}

interface Entry {
  readonly source: Source;
  readonly probe: Fields;
  readonly shared: ReadonlyMap<string, unknown>;
}

interface Host {
  readonly host: string;
  readonly port: unknown;
  readonly name: string | null;
  readonly labels: unknown;
}

function readProbe({ source, probe, shared }: Entry, findings: Findings): void {
  const name = textOf(at(probe, "name")) ?? "probe";
  const sharedName = textOf(atAny(at(probe, "targets"), "shared_targets", "sharedTargets"));
  const targets = sharedName === null ? at(probe, "targets") : shared.get(sharedName);
  const hosts = hostsOf(targets);
  const refusal = whyNone(probe, hosts.length === 0 ? whyNoHosts(targets, sharedName) : null);
  if (refusal !== null) {
    refuseCheck(addCheck(findings, source.file, `probe ${JSON.stringify(name)}`), refusal);
    return;
  }
  for (const host of hosts) {
    const check = addCheck(findings, source.file, `probe ${JSON.stringify(name)} of ${host.host}`);
    const own = hosts.length === 1 ? name : `${name} ${host.name ?? host.host}`;
    setNames(check, own, `${name} ${host.host}`);
    if (hosts.length > 1) setGroup(check, name);
    const tcp = atAny(probe, "tcp_probe", "tcpProbe");
    const port = atAny(tcp, "port") ?? host.port;
    setTarget(check, withoutPort(host.host, atAny(tcp, "port")), port);
    readSettings(check, probe, tcp);
    setTags(check, tagsOf(probe, host));
  }
}

/** A type that some engine fills may be TCP, or not. */
function whyNone(probe: Fields, without: string | null): string | null {
  const type = textOf(at(probe, "type")) ?? "";
  return type.includes("{{") ? `its type is ${type}, which is filled outside of the file` : without;
}

/** A port of the probe counts before the one in the name. */
function withoutPort(host: string, port: unknown): string {
  if (port === undefined) return host;
  return host.replace(/^(\[[^\]]*\]|[^:]*):\d+$/, "$1");
}

function hostsOf(targets: unknown): readonly Host[] {
  const names = listOf(atAny(targets, "host_names", "hostNames"));
  const plain = names
    .flatMap((text) => (textOf(text) ?? "").split(/[,\s]+(?![^{]*\}\})/))
    .filter((host) => host !== "")
    .map((host) => ({ host, port: undefined, name: null, labels: undefined }));
  const endpoints = tablesOf(atAny(targets, "endpoint", "endpoints")).map((endpoint) => {
    const url = textOf(at(endpoint, "url"))
      ?.replace(/^[a-z]+:\/\//i, "")
      .replace(/[/?#].*$/s, "");
    const name = textOf(at(endpoint, "name"));
    const host = textOf(at(endpoint, "ip")) ?? url ?? name ?? "";
    return { host, port: at(endpoint, "port"), name, labels: at(endpoint, "labels") };
  });
  return [...plain, ...endpoints];
}

function whyNoHosts(targets: unknown, sharedName: string | null): string {
  if (sharedName !== null && targets === undefined) {
    return `its targets "${sharedName}" are in none of the files`;
  }
  const [code] = codeIn(atAny(targets, "host_names", "hostNames") ?? targets);
  if (code !== undefined) return `its hosts are made by code, which is not run: ${code.text}`;
  const kinds = keysOf(targets).join(", ");
  if (kinds === "") return "it names no targets";
  return `its targets come from ${kinds}, which only cloudprober can ask`;
}

function readSettings(check: Check, probe: Fields, tcp: unknown): void {
  const interval = numberOf(atAny(probe, "interval_msec", "intervalMsec"));
  const timeout = numberOf(atAny(probe, "timeout_msec", "timeoutMsec"));
  setTimes(check, {
    scheduleMs: interval || durationOf(at(probe, "interval")) || USUAL_INTERVAL_MS,
    timeoutMs: timeout || durationOf(at(probe, "timeout")) || USUAL_TIMEOUT_MS,
  });
  const version = textOf(atAny(probe, "ip_version", "ipVersion"));
  if (version === "IPV4" || version === "1") check.fields.address_family = "ipv4";
  if (version === "IPV6" || version === "2") check.fields.address_family = "ipv6";
  setTlsOf(check, tcp);
  if (flagOf(atAny(probe, "negative_test", "negativeTest")) === true) {
    check.fields.expect = "closed";
    check.changed.push(
      "a negative test: it passes on a refusal or silence, and not if the name is not found",
    );
  }
  setAlerts(check, probe);
  const runOn = textOf(atAny(probe, "run_on", "runOn"));
  if (runOn !== null) check.lost.push(`run_on "${runOn}": every region of the fleet checks it`);
  const left = [
    "validator",
    "schedule",
    "source_ip",
    "sourceIp",
    "source_interface",
    "sourceInterface",
  ];
  const set = keysOf(probe).filter((key) => left.includes(key));
  if (set.length > 0) check.lost.push(`${set.join(", ")}: a task has nothing of this kind`);
}

function setTlsOf(check: Check, tcp: unknown): void {
  if (flagOf(atAny(tcp, "tls_handshake", "tlsHandshake")) !== true) return;
  const config = atAny(tcp, "tls_config", "tlsConfig");
  setTls(check, {
    isInsecure: flagOf(atAny(config, "disable_cert_validation", "disableCertValidation")) === true,
    serverName: atAny(config, "server_name", "serverName"),
    minVersion: atAny(config, "min_tls_version", "minTlsVersion"),
    maxVersion: atAny(config, "max_tls_version", "maxTlsVersion"),
    caFile: atAny(config, "ca_cert_file", "caCertFile"),
    certificateFile: atAny(config, "tls_cert_file", "tlsCertFile"),
    keyFile: atAny(config, "tls_key_file", "tlsKeyFile"),
  });
}

/** An alert on so many failures of the last checks; the task takes the first one. */
function setAlerts(check: Check, probe: Fields): void {
  const alerts = tablesOf(at(probe, "alert"));
  const [first] = alerts;
  if (first === undefined) return;
  const failures = numberOf(at(first, "condition", "failures")) || 1;
  const total = numberOf(at(first, "condition", "total")) || failures;
  const fits = failures >= 1 && failures <= total && total <= 20;
  if (!fits)
    check.lost.push(`the alert on ${failures} of ${total} checks: at most 20 are possible`);
  else if (failures === total) setAlert(check, { failure_threshold: failures });
  else setAlert(check, { failures: `${failures} of ${total}` });
  const repeat = numberOf(atAny(first, "repeat_interval_sec", "repeatIntervalSec"));
  if (repeat !== null && repeat > 0) setAlert(check, { reminder_minutes: Math.ceil(repeat / 60) });
  if (alerts.length > 1) check.lost.push(`${alerts.length - 1} more alerts: a task has one rule`);
  if (at(first, "notify") !== undefined) {
    check.lost.push("whom its alert notifies: that is a setting of the fleet");
  }
}

function tagsOf(probe: Fields, host: Host): Fields {
  const labels = tablesOf(atAny(probe, "additional_label", "additionalLabel")).flatMap((label) => {
    const key = textOf(at(label, "key"));
    const value = textOf(at(label, "value"));
    return key === null || value === null || value.startsWith("@") ? [] : [[key, value]];
  });
  const own = isFields(host.labels) ? host.labels : {};
  return { ...Object.fromEntries(labels), ...own };
}

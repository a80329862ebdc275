import { type Fields, isFields } from "../../../shared/input/input.ts";
import { SECOND_MS } from "../../../shared/units.ts";
import { addCheck, countOther, type Findings } from "../model/check.ts";
import type { Format, Source } from "../model/format.ts";
import { setAlert, setThresholds } from "../values/alerts.ts";
import { at, flagOf, keysOf, numberOf, tablesOf, textOf } from "../values/fields.ts";
import { loseKeys, setGroup, setNames, setTags } from "../values/labels.ts";
import { setTarget, withoutScheme } from "../values/target.ts";
import { setTimes } from "../values/times.ts";

/** Kuma gives up a connect after this time, whatever the monitor says. */
const TIMEOUT_MS = 5_000;

const LEFT = ["proxyId", "docker_host", "conditions", "smtpSecurity", "expectedTlsAlert"];

/** Uptime Kuma's backup: `monitorList` with monitors of the type `port`; also a plain list of monitors. */
export const uptimeKuma: Format = {
  kind: "uptime-kuma",
  tool: "Uptime Kuma",
  languages: ["data"],
  owns: ({ content }) =>
    at(content, "monitorList") !== undefined || monitorsOf(content).some(isMonitor),
  read: (sources, findings) => {
    for (const source of sources) readMonitors(source, findings);
  },
};

/** What no other tool's tables have together. */
function isMonitor(one: unknown): boolean {
  const type = at(one, "type");
  if (type === undefined) return false;
  const isPort = type === "port" && at(one, "hostname") !== undefined;
  return isPort || at(one, "maxretries") !== undefined || at(one, "parent_name") !== undefined;
}

/** The backup has a list; the API has a table by id. */
function monitorsOf(content: unknown): readonly Fields[] {
  const list = at(content, "monitorList") ?? at(content, "monitors") ?? content;
  if (Array.isArray(list)) return tablesOf(list);
  return isFields(list) ? Object.values(list).filter(isFields) : [];
}

function readMonitors({ file, content }: Source, findings: Findings): void {
  const monitors = monitorsOf(content);
  const groups = new Map(
    monitors.map((monitor) => [textOf(at(monitor, "id")) ?? "", textOf(at(monitor, "name"))]),
  );
  for (const monitor of monitors) {
    const type = textOf(at(monitor, "type")) ?? "unknown";
    if (type === "group") continue;
    if (type === "port" || type === "tcp") readMonitor({ monitor, groups, file }, findings);
    else countOther(findings, type);
  }
}

interface Entry {
  readonly monitor: Fields;
  readonly groups: ReadonlyMap<string, string | null>;
  readonly file: string;
}

function readMonitor({ monitor, groups, file }: Entry, findings: Findings): void {
  const name = textOf(at(monitor, "name"));
  const parent = textOf(at(monitor, "parent"));
  const group = parent === null ? null : (groups.get(parent) ?? textOf(at(monitor, "pathName")));
  const check = addCheck(
    findings,
    file,
    `monitor ${JSON.stringify(name ?? textOf(at(monitor, "id")))}`,
  );
  setNames(check, name, `${group ?? ""} ${name ?? ""}`);
  setGroup(check, group);
  const host = textOf(at(monitor, "hostname")) ?? textOf(at(monitor, "url")) ?? "";
  setTarget(check, withoutScheme(check, host), at(monitor, "port"));
  if (flagOf(at(monitor, "active")) === false) check.fields.enabled = false;
  setTimes(check, {
    scheduleMs: (numberOf(at(monitor, "interval")) || 60) * SECOND_MS,
    timeoutMs: TIMEOUT_MS,
  });
  const retries = numberOf(at(monitor, "maxretries"));
  if (retries !== null && retries >= 0) setThresholds(check, retries + 1);
  if (
    numberOf(at(monitor, "retryInterval")) !== numberOf(at(monitor, "interval")) &&
    (retries ?? 0) > 0
  ) {
    check.changed.push("a failed check is made again after 5 to 50 s, not after retryInterval");
  }
  readRest(monitor, check);
}

function readRest(monitor: Fields, check: ReturnType<typeof addCheck>): void {
  if (flagOf(at(monitor, "upsideDown")) === true) {
    check.fields.expect = "closed";
    check.changed.push(
      "upside down: it passes on a refusal or silence, and not if the name is not found",
    );
  }
  const resend = numberOf(at(monitor, "resendInterval")) ?? 0;
  const minutes = Math.ceil((resend * Number(check.fields.schedule_seconds)) / 60);
  if (minutes >= 1 && minutes <= 10_080) setAlert(check, { reminder_minutes: minutes });
  setTags(check, tagsOf(monitor));
  if (keysOf(at(monitor, "notificationIDList")).length > 0) {
    check.lost.push("its notifications: who is told is a setting of the fleet");
  }
  const description = textOf(at(monitor, "description"));
  if (description !== null) check.lost.push("its description: a task has none");
  loseKeys(
    check,
    monitor,
    LEFT.filter((key) => flagOf(at(monitor, key)) !== false && !isEmpty(at(monitor, key))),
    "a task has nothing of this kind",
  );
}

function isEmpty(value: unknown): boolean {
  return value === "" || (Array.isArray(value) && value.length === 0);
}

function tagsOf(monitor: Fields): Fields {
  const tags = tablesOf(at(monitor, "tags")).flatMap((tag) => {
    const name = textOf(at(tag, "name"));
    return name === null ? [] : [[name, textOf(at(tag, "value")) ?? "true"] as const];
  });
  return Object.fromEntries(tags);
}

import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";
import { addCheck, type Check, countOther, type Findings, refuseCheck } from "../model/check.ts";
import type { Format, Source } from "../model/format.ts";
import { setAlert, setThresholds } from "../values/alerts.ts";
import { sendStep } from "../values/dialogue.ts";
import { durationOf } from "../values/durations.ts";
import { at, flagOf, keysOf, listOf, numberOf, tablesOf, textOf } from "../values/fields.ts";
import { loseKeys, setGroup, setNames, setTags } from "../values/labels.ts";
import { markVariables, templateIn } from "../values/places.ts";
import { setTarget, withoutScheme } from "../values/target.ts";
import { setTimes } from "../values/times.ts";
import { readCondition } from "./gatus-conditions.ts";

const SCHEMES = ["tcp", "tls", "starttls"];

const LEFT = ["ui", "headers", "maintenance-windows", "store", "always-run"];
const LEFT_CLIENT = ["dns-resolver", "tunnel", "proxy-url", "network", "oauth2", "tls"];

/** Gatus: `endpoints` with `tcp://`, `tls://` and `starttls://`, in any number of files. */
export const gatus: Format = {
  kind: "gatus",
  tool: "Gatus",
  languages: ["data"],
  owns: ({ content }) =>
    [...tablesOf(at(content, "endpoints")), ...suiteEndpoints(content)].some(
      (endpoint) => at(endpoint, "url") !== undefined,
    ) ||
    (keysOf(content).length > 0 &&
      keysOf(at(content, "alerting")).some((name) =>
        at(content, "alerting", name, "default-alert"),
      )),
  read: (sources, findings) => {
    const defaults = new Map(sources.flatMap(defaultAlerts));
    for (const { file, content } of sources) {
      const context = { file, defaults };
      for (const endpoint of tablesOf(at(content, "endpoints"))) {
        readEndpoint(endpoint, context, findings);
      }
      for (const endpoint of suiteEndpoints(content)) readEndpoint(endpoint, context, findings);
      const pushed = tablesOf(at(content, "external-endpoints")).length;
      if (pushed > 0) countOther(findings, "external", pushed);
    }
  },
};

interface Context {
  readonly file: string;
  /** The alert of each provider that endpoints begin with. */
  readonly defaults: ReadonlyMap<string, unknown>;
}

function suiteEndpoints(content: unknown): readonly unknown[] {
  return tablesOf(at(content, "suites")).flatMap((suite) => tablesOf(at(suite, "endpoints")));
}

function defaultAlerts({ content }: Source): [string, unknown][] {
  const alerting = at(content, "alerting");
  return keysOf(alerting).map((type) => [type, at(alerting, type, "default-alert")]);
}

function readEndpoint(endpoint: unknown, { file, defaults }: Context, findings: Findings): void {
  const url = textOf(at(endpoint, "url")) ?? "";
  const scheme = /^([a-z]+):\/\//i.exec(url)?.[1]?.toLowerCase() ?? "unknown";
  if (at(endpoint, "dns") !== undefined) {
    countOther(findings, "dns");
    return;
  }
  if (!SCHEMES.includes(scheme)) {
    countOther(findings, scheme);
    return;
  }
  const name = textOf(at(endpoint, "name"));
  const group = textOf(at(endpoint, "group"));
  const called = [group, name ?? url].filter((part) => part !== null).join("/");
  const check = addCheck(findings, file, `endpoint ${JSON.stringify(called)}`);
  setNames(check, filled(name), filled(called));
  setGroup(check, filled(group));
  setTarget(check, withoutScheme(check, url));
  if (flagOf(at(endpoint, "enabled")) === false) check.fields.enabled = false;
  setTimes(check, {
    scheduleMs: durationOf(at(endpoint, "interval"), 1e-6) || MINUTE_MS,
    timeoutMs: durationOf(at(endpoint, "client", "timeout"), 1e-6) || 10 * SECOND_MS,
  });
  setTls(check, endpoint, scheme);
  readConditions(check, endpoint, scheme);
  readAlerts(check, endpoint, defaults);
  setTags(check, at(endpoint, "extra-labels"));
  loseKeys(check, endpoint, LEFT, "a task has nothing of this kind");
  loseKeys(check, at(endpoint, "client"), LEFT_CLIENT, "a task has nothing of this kind");
}

/** Gatus fills variables of the environment in every text of its file. */
function filled(text: string | null): string | null {
  return text === null ? null : markVariables(text);
}

function setTls(check: Check, endpoint: unknown, scheme: string): void {
  if (scheme === "tcp") return;
  const isInsecure = flagOf(at(endpoint, "client", "insecure")) === true;
  check.fields.tls = {
    ...(isInsecure && { mode: "permissive" }),
    ...(scheme === "starttls" && { starttls: "smtp" }),
  };
  if (keysOf(check.fields.tls).length === 0) check.fields.tls = true;
}

function readConditions(check: Check, endpoint: unknown, scheme: string): void {
  const body = at(endpoint, "body");
  const patterns: string[] = [];
  for (const condition of listOf(at(endpoint, "conditions"))) {
    const pattern = readCondition(check, String(condition), scheme);
    if (pattern !== null) patterns.push(pattern);
  }
  if (typeof body !== "string" || body === "" || scheme === "starttls") {
    if (patterns.length > 0) check.lost.push("the conditions on [BODY]: nothing is sent");
    return;
  }
  if (
    templateIn(markVariables(body).replace(/[\ue000\ue001]/g, "")) !== null ||
    /\$\{?\w/.test(body)
  ) {
    refuseCheck(check, "its body has variables, and none may be in what a task sends");
    return;
  }
  if (/\[(?:ENDPOINT_|LOCAL_|RANDOM_)\w+\]/.test(body)) {
    refuseCheck(check, "its body has a placeholder that a task does not know");
    return;
  }
  const expects = patterns.length > 0 ? patterns : ["(?s)."];
  check.fields.dialogue = [sendStep(body), ...expects.map((expect) => ({ expect }))];
}

function readAlerts(check: Check, endpoint: unknown, defaults: Context["defaults"]): void {
  const alerts = tablesOf(at(endpoint, "alerts")).map((alert) => {
    const usual = defaults.get(textOf(at(alert, "type")) ?? "");
    return (name: string) => at(alert, name) ?? at(usual, name);
  });
  const active = alerts.filter((field) => flagOf(field("enabled")) !== false);
  if (active.length === 0) return;
  const least = (name: string, usual: number) =>
    Math.min(...active.map((field) => numberOf(field(name)) || usual));
  setThresholds(check, least("failure-threshold", 3), least("success-threshold", 2));
  const reminders = active.flatMap(
    (field) => durationOf(field("minimum-reminder-interval"), 1e-6) || [],
  );
  if (reminders.length > 0 && Math.min(...reminders) < 7 * DAY_MS) {
    setAlert(check, { reminder_minutes: Math.ceil(Math.min(...reminders) / MINUTE_MS) });
  }
  const types = [
    ...new Set(tablesOf(at(endpoint, "alerts")).map((alert) => textOf(at(alert, "type")))),
  ];
  check.lost.push(`the alerts to ${types.join(", ")}: who is told is a setting of the fleet`);
}

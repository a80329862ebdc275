import { MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";
import { addCheck, type Check, countOther, type Findings, refuseCheck } from "../model/check.ts";
import { Code } from "../model/code.ts";
import type { Format } from "../model/format.ts";
import { literalOf } from "../syntax/literals.ts";
import { type Occurrence, occurrencesOf } from "../syntax/repeated.ts";
import { type Node, scriptOf } from "../syntax/tree.ts";
import { setLatency, setThresholds } from "../values/alerts.ts";
import { literalPattern, sendStep } from "../values/dialogue.ts";
import { at, flagOf, keysOf, listOf, numberOf, textOf } from "../values/fields.ts";
import { labelOf, loseKeys, setNames, setTags } from "../values/labels.ts";
import { setTarget } from "../values/target.ts";
import { setTimes } from "../values/times.ts";
import { groupOf, setGroupOf, withGroup } from "./checkly-groups.ts";

/** The longest connect that Checkly waits for. */
const TIMEOUT_MS = 5 * SECOND_MS;
const USUAL_SCHEDULE_MS = 10 * MINUTE_MS;

const TCP_CLASSES = ["TcpMonitor", "TcpCheck"];
const OTHER_CLASSES = /^(?:\w*Check|\w+Monitor|CheckGroupV2)$/;
const NO_CHECKS = /^(?:CheckGroup(?:V2)?|.*AlertChannel|PrivateLocation.*)$/;

const LEFT = [
  "alertChannels",
  "privateLocations",
  "doubleCheck",
  "runParallel",
  "muted",
  "testOnly",
  "description",
  "triggerIncident",
];

/** Checkly: each `new TcpMonitor(…)` of a TypeScript or JavaScript file, which is read and never run. */
export const checkly: Format = {
  kind: "checkly",
  tool: "Checkly",
  languages: ["script"],
  owns: ({ text }) =>
    /["']checkly\/constructs["']/.test(text) || /\bnew Tcp(?:Monitor|Check)\(/.test(text),
  read: (sources, findings) => {
    for (const { file, content } of sources) {
      const { tree, text } = content as { tree: Node; text: string };
      for (const made of occurrencesOf(tree, scriptOf(tree, text))) {
        const name = classOf(made.node);
        if (TCP_CLASSES.includes(name)) readMonitor({ file, ...made }, findings);
        else if (OTHER_CLASSES.test(name) && !NO_CHECKS.test(name)) countOther(findings, name);
      }
    }
  },
};

/** `new TcpMonitor()` and `new constructs.TcpMonitor()`. */
function classOf({ callee }: Node): string {
  const { type, name, property } = Object(callee);
  return String(type === "MemberExpression" ? Object(property).name : name);
}

function readMonitor(
  { file, node, script, doubt }: Occurrence & { readonly file: string },
  findings: Findings,
): void {
  const [id, own] = (node.arguments as Node[]).map((one) => literalOf(one, script));
  const group = groupOf(at(own, "group"));
  const props = withGroup(own, group);
  const request = at(props, "request");
  const check = addCheck(
    findings,
    file,
    `TcpMonitor ${JSON.stringify(textOf(id) ?? codeText(id))}`,
  );
  if (doubt !== null) refuseCheck(check, doubt);
  setNames(check, at(props, "name"), id);
  setGroupOf(check, own, group);
  setTarget(check, at(request, "hostname") ?? request ?? props, at(request, "port"));
  if (flagOf(at(props, "activated")) === false) check.fields.enabled = false;
  const frequency = at(props, "frequency");
  setTimes(check, {
    scheduleMs: frequencyOf(frequency) ?? USUAL_SCHEDULE_MS,
    timeoutMs: TIMEOUT_MS,
  });
  if (frequency === undefined) {
    check.changed.push("it is checked every 600 s: it has no frequency of its own in the file");
  }
  check.fields.address_family = textOf(at(request, "ipFamily")) === "IPv6" ? "ipv6" : "ipv4";
  setLatency(
    check,
    numberOf(at(props, "degradedResponseTime")),
    numberOf(at(props, "maxResponseTime")),
  );
  setDialogue(check, request);
  setPlaces(check, props);
  if (flagOf(at(props, "shouldFail")) === true) {
    check.fields.expect = "closed";
    check.changed.push("shouldFail: it passes on a refusal or silence");
  }
  loseKeys(check, props, LEFT, "a task has nothing of this kind");
}

function codeText(value: unknown): string {
  return value instanceof Code ? value.text : "";
}

/** `Frequency.EVERY_5M`, or minutes. */
function frequencyOf(value: unknown): number | null {
  const minutes = numberOf(value);
  if (minutes !== null && minutes > 0) return minutes * MINUTE_MS;
  const [, count, unit] =
    /EVERY_(\d+)([SMH])$/.exec(value instanceof Code ? (value.name ?? "") : "") ?? [];
  if (count === undefined) return null;
  return Number(count) * { S: SECOND_MS, M: MINUTE_MS, H: 60 * MINUTE_MS }[unit as "S" | "M" | "H"];
}

function setDialogue(check: Check, request: unknown): void {
  const data = at(request, "data");
  const steps: Record<string, unknown>[] = [];
  for (const assertion of listOf(at(request, "assertions"))) readAssertion(check, assertion, steps);
  const sent = typeof data === "string" && data !== "" ? [sendStep(data)] : [];
  if (data instanceof Code) check.lost.push(`what it sends is made by code: ${data.text}`);
  // What must not come is looked for while something else is waited for.
  const rejects = steps.filter((step) => "reject" in step);
  const expects = steps.filter((step) => "expect" in step);
  if (rejects.length > 0 && expects.length === 0) expects.push({ expect: "(?s)." });
  if (sent.length + rejects.length + expects.length === 0) return;
  check.fields.dialogue = [...sent, ...rejects, ...expects];
}

function readAssertion(check: Check, assertion: unknown, steps: Record<string, unknown>[]): void {
  const { name, args, text } = assertion instanceof Code ? assertion : new Code("an assertion");
  const [, source, comparison] = /\.(responseData|responseTime)\.(\w+)$/.exec(name ?? "") ?? [];
  const [value] = args;
  if (source === "responseTime" && comparison === "lessThan" && numberOf(value) !== null) {
    setLatency(check, null, numberOf(value));
    return;
  }
  const isText = typeof value === "string" && value !== "";
  if (source === "responseData" && isText && comparison === "contains") {
    steps.push({ expect: literalPattern(value) });
  } else if (source === "responseData" && isText && comparison === "notContains") {
    steps.push({ reject: literalPattern(value) });
  } else check.lost.push(`the assertion ${text}: a task has nothing of this kind`);
}

function setPlaces(check: Check, props: unknown): void {
  const locations = listOf(at(props, "locations")).flatMap((one) => textOf(one) ?? []);
  const regions = locations.filter((one) => /^[a-z]{2}-[a-z]+-\d$/.test(one));
  if (regions.length > 0) {
    check.fields.regions = [...new Set(regions)];
    check.changed.push(
      `its regions are those of AWS, which the fleet must have: ${regions.join(", ")}`,
    );
  }
  const tags = listOf(at(props, "tags")).flatMap((tag) => labelOf(tag, 128) ?? []);
  setTags(check, Object.fromEntries(tags.map((tag) => [tag, "true"])));
  const escalation = at(props, "alertEscalationPolicy");
  const [options] = escalation instanceof Code ? escalation.args : [];
  if (escalation instanceof Code && /runBasedEscalation$/.test(escalation.name ?? "")) {
    setThresholds(check, numberOf(options));
  } else if (keysOf(at(props, "alertSettings")).length > 0 || escalation !== undefined) {
    check.lost.push("its alert settings: a task's alert table has thresholds of its own");
  }
  const retry = at(props, "retryStrategy");
  if (retry !== undefined) {
    check.changed.push("its retries: failed checks are made again by the fleet's own rule");
  }
}

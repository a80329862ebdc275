import { setTimeout as sleep } from "node:timers/promises";
import { showValue } from "../../shared/input/input.ts";
import {
  errorKindOf,
  judgeResult,
  type ProbeResult,
  sentenceOfKind,
  toRawMetric,
} from "../../shared/result/result.ts";
import { parseTask, type Task } from "../../shared/task/task.ts";
import { SECOND_MS } from "../../shared/units.ts";
import { paint } from "../../terminal/paint.ts";
import { type Call, type Command, EXIT, type ExitCode } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { choiceOption, flagOption, numberOption, textOption } from "../command/read-option.ts";
import { probeOnce } from "../fleet/probe-once.ts";
import { certificateLines, deepFacts } from "../show/deep-facts.ts";
import { showMs } from "../show/figures.ts";
import { checkEverywhere, EVERYWHERE_OPTIONS, isEverywhere } from "./check-everywhere.ts";

/** The region in a record from the user's own machine. */
const OWN_REGION = "local";

/** `synfleet check`: probes a port now, from this machine. */
export const check: Command = {
  argCount: { min: 1, max: 1_024 },
  options: {
    timeout: { type: "string", value: "N", about: "Seconds to wait, 1 to 60 (default 5)." },
    count: { type: "string", value: "N", about: "Check N times, a second apart (default 1)." },
    expect: { type: "string", value: "open|closed", about: "What passes (default open)." },
    family: { type: "string", value: "any|ipv4|ipv6", about: "Addresses to use (default any)." },
    tls: { type: "boolean", about: "Go on in TLS, and show the certificates." },
    "tls-mode": { type: "string", value: "verified|permissive", about: "With --tls." },
    "server-name": { type: "string", value: "NAME", about: "With --tls: the name to verify." },
    starttls: { type: "string", value: "PROTOCOL", about: "With --tls: ask for it first." },
    greeting: { type: "string", value: "PROTOCOL", about: "Wait for a greeting, e.g. ssh." },
    ...EVERYWHERE_OPTIONS,
    json: { type: "boolean", about: "Print JSON lines, one object a check." },
  },
  notes: [
    "HOST:PORT may also be [IPv6]:PORT or tcp://HOST:PORT. Loopback and private addresses are allowed here; link-local and metadata addresses never are. No database is needed.",
    "The JSON objects have the fields of raw_metric_tcp, and outcome.",
    "--everywhere asks the probes themselves, by the rules of their regions; success is null for a region without an answer. You need lambda:InvokeFunction on them: docs/check-everywhere.md.",
    "Exit codes: 0 every check passed, 1 not, 3 the probe itself failed.",
  ],
  run: async (call) => {
    const tasks = call.args.map((target) => taskOf(call, target));
    if (isEverywhere(call)) return checkEverywhere(call, tasks);
    const count = numberOption(call, "count", { min: 1, max: 1_000_000 }) ?? 1;
    let code: ExitCode = EXIT.fine;
    for (let i = 0; i < count && call.io.isHeard(); i++) {
      if (i > 0) await sleep(SECOND_MS);
      for (const task of tasks) code = worse(code, await checkOne(call, task));
    }
    return code;
  },
};

async function checkOne(call: Call, task: Task): Promise<ProbeResult> {
  const result = await probeOnce(task);
  if (flagOption(call, "json")) call.io.out(jsonLine(task, result));
  else {
    call.io.out(textLine(call, task, result));
    for (const line of certificateLines(result, call.io.now())) call.io.out(line);
  }
  return result;
}

/** The fields of a task that ask for more than a handshake. */
function deepFieldsOf(call: Call): Record<string, unknown> {
  const settings = {
    mode: textOption(call, "tls-mode"),
    server_name: textOption(call, "server-name"),
    starttls: textOption(call, "starttls"),
  };
  const given = Object.entries(settings).filter(([, value]) => value !== null);
  const isTls = flagOption(call, "tls");
  if (!isTls && given.length > 0)
    throw new UsageError("--tls-mode, --server-name and --starttls go with --tls only.");
  const greeting = textOption(call, "greeting");
  return {
    ...(isTls && { tls: given.length > 0 ? Object.fromEntries(given) : true }),
    ...(greeting !== null && { greeting }),
  };
}

function taskOf(call: Call, target: string): Task {
  const parsed = parseTask({
    name: target,
    [target.includes("://") ? "url" : "host"]: target,
    schedule_seconds: 60,
    timeout_seconds: numberOption(call, "timeout", { min: 1, max: 60 }) ?? 5,
    expect: choiceOption(call, "expect", ["open", "closed"]) ?? "open",
    ...deepFieldsOf(call),
    address_family: choiceOption(call, "family", ["any", "ipv4", "ipv6"]) ?? "any",
  });
  if (parsed.task !== undefined) return parsed.task;
  const deep = parsed.problems.find(({ field }) => /^(?:tls|greeting)/.test(field));
  if (deep !== undefined)
    throw new UsageError(`${deep.field} ${deep.rule}, is ${showValue(deep.value)}.`);
  const rules = parsed.problems.map(({ rule, value }) => `${rule}, is ${showValue(value)}`);
  throw new UsageError(`HOST:PORT ${[...new Set(rules)].join("; ")}.`);
}

function worse(code: ExitCode, result: ProbeResult): ExitCode {
  const verdict = judgeResult(result);
  if (verdict === "passed") return code;
  return verdict === "uncounted" || code === EXIT.failed ? EXIT.failed : EXIT.no;
}

function jsonLine(task: Task, result: ProbeResult): string {
  return JSON.stringify({ ...toRawMetric(OWN_REGION, task, result), outcome: result.outcome });
}

function textLine({ io }: Call, task: Task, result: ProbeResult): string {
  const {
    outcome,
    expect,
    errorCode,
    icmpError,
    closedByPeer,
    connectTimeMs,
    dnsTimeMs,
    address,
    timing,
  } = result;
  const passed = judgeResult(result) === "passed";
  const kind = errorKindOf(outcome, expect);
  const facts = [
    ...(kind === null ? [] : [sentenceOfKind(kind, errorCode)]),
    ...(outcome === "unreachable" && errorCode !== null ? [errorCode] : []),
    ...(icmpError ? ["by an ICMP error of a firewall or router"] : []),
    ...(expect === "closed" && passed ? ["as expected"] : []),
    ...(closedByPeer ? ["reset by the peer after the handshake"] : []),
    ...deepFacts(result),
    ...(connectTimeMs === null ? [] : [`connect ${showMs(connectTimeMs)} (${timing})`]),
    ...(dnsTimeMs === null ? [] : [`dns ${showMs(dnsTimeMs)}`]),
    ...(address === null ? [] : [`address ${address}`]),
  ];
  return `${task.host} ${paint(outcome, passed ? "green" : "red", io.colours)}: ${facts.join(", ")}`;
}

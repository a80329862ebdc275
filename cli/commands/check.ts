import { setTimeout as sleep } from "node:timers/promises";
import { helpPathOf } from "../../shared/help/help.ts";
import {
  errorKindOf,
  judgeResult,
  type ProbeResult,
  sentenceOfKind,
  toRawMetric,
} from "../../shared/result/result.ts";
import type { Task } from "../../shared/task/task.ts";
import { SECOND_MS } from "../../shared/units.ts";
import { paint } from "../../terminal/paint.ts";
import { DEEP_OPTIONS } from "../check/deep-fields.ts";
import { type Checked, OwnProbe } from "../check/own-probe.ts";
import { readTasks } from "../check/read-tasks.ts";
import { transcriptLines } from "../check/transcript.ts";
import { type Call, type Command, EXIT, type ExitCode } from "../command/command.ts";
import { flagOption, numberOption } from "../command/read-option.ts";
import { certificateLines, deepFacts } from "../show/deep-facts.ts";
import { showMs } from "../show/figures.ts";
import { checkEverywhere, EVERYWHERE_OPTIONS, isEverywhere } from "./check-everywhere.ts";

/** The region in a record from the user's own machine. */
const OWN_REGION = "local";

/** `synfleet check`: probes a port now, from this machine. */
export const check: Command = {
  argCount: { min: 1, max: 1_024 },
  options: {
    ports: { type: "string", value: "LIST", about: "Ports of each HOST, e.g. 22,80,8000-8010." },
    timeout: { type: "string", value: "N", about: "Seconds to wait, 1 to 60 (default 5)." },
    count: { type: "string", value: "N", about: "Check N times, a second apart (default 1)." },
    expect: { type: "string", value: "open|closed", about: "What passes (default open)." },
    family: { type: "string", value: "any|ipv4|ipv6", about: "Addresses to use (default any)." },
    ...DEEP_OPTIONS,
    ...EVERYWHERE_OPTIONS,
    json: { type: "boolean", about: "Print JSON lines, one object a check." },
  },
  notes: [
    "HOST:PORT may also be [IPv6]:PORT or tcp://HOST:PORT. Loopback and private addresses are allowed here; link-local and metadata addresses never are. No database is needed.",
    "With --ports, each HOST is without a port. All checks run at the same time, paced, and are shown in their order: at most 1,024.",
    "What is said beside TLS is shown, → sent and ← received, at most 40 lines of 200 characters, with the escapes of --send and without secrets. --send may name a secret in a file, as a task's steps do.",
    "The JSON objects have the fields of raw_metric_tcp, outcome, and a transcript if something was said: a list of direction and text.",
    "--everywhere asks the probes themselves, by the rules of their regions; success is null for a region without an answer. You need lambda:InvokeFunction on them: docs/check-everywhere.md.",
    "Exit codes: 0 every check passed, 1 not, 3 the probe itself failed.",
  ],
  run: async (call) => {
    const tasks = await readTasks(call);
    if (isEverywhere(call)) return checkEverywhere(call, tasks);
    const probe = new OwnProbe();
    const count = numberOption(call, "count", { min: 1, max: 1_000_000 }) ?? 1;
    let code: ExitCode = EXIT.fine;
    for (let i = 0; i < count && call.io.isHeard(); i++) {
      if (i > 0) await sleep(SECOND_MS);
      await probe.checkAll(tasks, (checked) => {
        code = worse(code, checked.result);
        printChecked(call, checked);
      });
    }
    return code;
  },
};

function printChecked(call: Call, { task, result, transcript }: Checked): void {
  const { io } = call;
  const lines = flagOption(call, "json")
    ? [jsonLine({ task, result, transcript })]
    : [
        textLine(call, task, result),
        ...certificateLines(result, io.now()),
        ...transcriptLines(transcript),
        ...helpLines(result),
      ];
  for (const line of lines) io.out(line);
}

/** Where to read on if the check did not pass. */
function helpLines(result: ProbeResult): string[] {
  const kind = errorKindOf(result.outcome, result.expect);
  if (kind === null || judgeResult(result) === "passed") return [];
  return [`  help: ${helpPathOf(kind, "folder")}`];
}

function worse(code: ExitCode, result: ProbeResult): ExitCode {
  const verdict = judgeResult(result);
  if (verdict === "passed") return code;
  return verdict === "uncounted" || code === EXIT.failed ? EXIT.failed : EXIT.no;
}

function jsonLine({ task, result, transcript }: Checked): string {
  return JSON.stringify({
    ...toRawMetric(OWN_REGION, task, result),
    outcome: result.outcome,
    ...(transcript.length > 0 && { transcript }),
  });
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

import { SECOND_MS } from "../../../shared/units.ts";
import { addCheck, type Check, countOther, type Findings } from "../model/check.ts";
import type { Format, Source } from "../model/format.ts";
import { literalPattern, sendStep } from "../values/dialogue.ts";
import { durationOf } from "../values/durations.ts";
import { at, keysOf, tablesOf, textOf } from "../values/fields.ts";
import { loseKeys, setNames, setTags } from "../values/labels.ts";
import { markVariables } from "../values/places.ts";
import { setTarget, withoutScheme } from "../values/target.ts";
import { setTimes } from "../values/times.ts";

const LEFT = [
  "precision",
  "collection_jitter",
  "collection_offset",
  "name_override",
  "name_prefix",
  "name_suffix",
  "fielddrop",
  "fieldpass",
  "tagexclude",
  "taginclude",
];

/** Inputs that check something over the network too. */
const OTHER_CHECKS = ["http_response", "ping", "dns_query", "x509_cert"];

/** Telegraf: `[[inputs.net_response]]` with the protocol tcp. */
export const telegraf: Format = {
  kind: "telegraf",
  tool: "Telegraf",
  languages: ["data"],
  owns: ({ content }) =>
    keysOf(at(content, "inputs")).length > 0 ||
    at(content, "agent", "flush_interval") !== undefined,
  read: (sources, findings) => {
    const agent = sources.map(({ content }) => at(content, "agent", "interval")).find(Boolean);
    for (const source of sources) readInputs(source, durationOf(agent) || 10 * SECOND_MS, findings);
  },
};

function readInputs({ file, content }: Source, scheduleMs: number, findings: Findings): void {
  const inputs = at(content, "inputs");
  for (const name of OTHER_CHECKS) {
    const count = tablesOf(at(inputs, name)).length;
    if (count > 0) countOther(findings, name, count);
  }
  for (const input of tablesOf(at(inputs, "net_response"))) {
    const protocol = textOf(at(input, "protocol"))?.toLowerCase() ?? "tcp";
    if (!protocol.startsWith("tcp")) countOther(findings, protocol);
    else readInput({ input, file, scheduleMs, protocol }, findings);
  }
}

interface Entry {
  readonly input: unknown;
  readonly file: string;
  readonly scheduleMs: number;
  readonly protocol: string;
}

function readInput({ input, file, scheduleMs, protocol }: Entry, findings: Findings): void {
  const address = withHost(textOf(at(input, "address")) ?? "localhost");
  const alias = textOf(at(input, "alias"));
  const check = addCheck(findings, file, `net_response ${JSON.stringify(alias ?? address)}`);
  setNames(check, alias, markVariables(address));
  setTarget(check, withoutScheme(check, address));
  if (protocol === "tcp4") check.fields.address_family = "ipv4";
  if (protocol === "tcp6") check.fields.address_family = "ipv6";
  const timeoutMs = durationOf(at(input, "timeout")) || SECOND_MS;
  setTimes(check, { scheduleMs: durationOf(at(input, "interval")) || scheduleMs, timeoutMs });
  setDialogue(check, input, timeoutMs);
  setTags(check, at(input, "tags"));
  loseKeys(check, input, LEFT, "it is of the metric, not of the check");
}

function withHost(address: string): string {
  return address.startsWith(":") ? `localhost${address}` : address;
}

/** What is sent goes out as it is; what is expected may be anywhere in the answer's first kibibyte. */
function setDialogue(check: Check, input: unknown, timeoutMs: number): void {
  const send = at(input, "send");
  const expect = at(input, "expect");
  const steps = [
    ...(typeof send === "string" && send !== "" ? [sendStep(send)] : []),
    ...(typeof expect === "string" && expect !== "" ? [{ expect: literalPattern(expect) }] : []),
  ];
  if (steps.length === 0) return;
  const readMs = durationOf(at(input, "read_timeout")) || SECOND_MS;
  check.fields.dialogue = steps;
  check.fields.timeout_seconds = Math.min(
    Math.max(1, Math.ceil((timeoutMs + readMs) / SECOND_MS)),
    Number(check.fields.schedule_seconds),
    60,
  );
}

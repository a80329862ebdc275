import type { Fields } from "../../../../shared/input/input.ts";
import type { Check } from "../../model/check.ts";
import type { Source } from "../../model/format.ts";
import { expectBytesStep, type Step, sendStep } from "../../values/dialogue.ts";
import { at, flagOf, keysOf, tablesOf, textOf } from "../../values/fields.ts";
import { linePattern, nameGroups } from "../../values/go-pattern.ts";
import { setTls } from "../../values/tls.ts";

/** A module of blackbox_exporter, and the file that has it. */
export interface Module {
  readonly file: string;
  readonly prober: string;
  readonly fields: unknown;
}

/** The modules of all files by their names. A chart of Helm has them in `config.modules`. */
export function modulesOf(sources: readonly Source[]): ReadonlyMap<string, Module> {
  const modules = sources.flatMap(({ file, content }) => {
    const table = at(content, "modules") ?? at(content, "config", "modules");
    return keysOf(table).map((name) => {
      const fields = at(table, name);
      return [name, { file, prober: textOf(at(fields, "prober")) ?? "unknown", fields }] as const;
    });
  });
  return new Map(modules);
}

/** Takes the settings of a TCP module over to a check. */
export function takeModule(check: Check, module: Module): void {
  const tcp = at(module.fields, "tcp");
  const steps = tablesOf(at(tcp, "query_response"));
  const dialogue = dialogueOf(check, steps);
  if (dialogue.length > 0) check.fields.dialogue = dialogue;
  const startsTls = steps.some((step) => flagOf(at(step, "starttls")) === true);
  if (flagOf(at(tcp, "tls")) === true || startsTls) {
    const config = at(tcp, "tls_config");
    setTls(check, {
      isInsecure: flagOf(at(config, "insecure_skip_verify")) === true,
      serverName: at(config, "server_name"),
      minVersion: at(config, "min_version"),
      maxVersion: at(config, "max_version"),
      caFile: at(config, "ca_file"),
      certificateFile: at(config, "cert_file"),
      keyFile: at(config, "key_file"),
    });
  }
  setFamily(check, tcp);
  if (at(tcp, "source_ip_address") !== undefined) {
    check.lost.push("source_ip_address: the fleet's regions have their own addresses");
  }
}

function setFamily(check: Check, tcp: unknown): void {
  const [, number] = /^ip([46])$/.exec(textOf(at(tcp, "preferred_ip_protocol")) ?? "") ?? [];
  if (number === undefined) return;
  if (flagOf(at(tcp, "ip_protocol_fallback")) === false) {
    check.fields.address_family = `ipv${number}`;
  } else check.changed.push(`it prefers IPv${number} and falls back: here any address may be used`);
}

function dialogueOf(check: Check, steps: readonly Fields[]): Step[] {
  const dialogue: Step[] = [];
  let hasSent = false;
  let hasSentBytes = false;
  steps.forEach((step, i) => {
    const { expect, names } = expectOf(check, step, i);
    if (expect !== null) dialogue.push({ expect });
    const bytes = bytesOf(at(step, "expect_bytes"));
    if (bytes !== null) dialogue.push(expectBytesStep(bytes));
    const send = bytesOf(at(step, "send"));
    if (send !== null) {
      dialogue.push(sendOf(send, names));
      if (typeof send === "string") hasSent = true;
      else hasSentBytes = true;
    }
    if (flagOf(at(step, "starttls")) === true) dialogue.push({ starttls: true });
  });
  if (hasSent) check.changed.push('each send ends in "\\n", which blackbox_exporter adds');
  if (hasSentBytes) {
    const why = 'blackbox_exporter adds a "\\n", which a server that takes packets refuses';
    check.changed.push(`what is sent as bytes is sent without more: ${why}`);
  }
  return dialogue;
}

function bytesOf(value: unknown): string | Uint8Array | null {
  if (value instanceof Uint8Array) return value.length === 0 ? null : value;
  const text = typeof value === "string" ? value : textOf(value);
  return text === null || text === "" ? null : text;
}

/** The pattern of a step, with a name for each group that something else uses. */
function expectOf(
  check: Check,
  step: Fields,
  i: number,
): { readonly expect: string | null; readonly names: ReadonlyMap<number, string> } {
  const given = textOf(at(step, "expect"));
  if (given === null) return { expect: null, names: new Map() };
  const wanted = new Map<number, string>();
  const send = at(step, "send");
  for (const number of groupsIn(typeof send === "string" ? send : "")) {
    wanted.set(number, `group_${i + 1}_${number}`);
  }
  for (const label of tablesOf(at(step, "labels"))) {
    const name = textOf(at(label, "name"));
    const value = textOf(at(label, "value")) ?? "";
    const [only] = groupsIn(value);
    const isPlain = only !== undefined && /^\$(?:\d+|\{\d+\})$/.test(value);
    if (isPlain && name !== null && /^[A-Za-z_]\w{0,63}$/.test(name)) wanted.set(only, name);
    else check.lost.push(`the label ${JSON.stringify(name)}: only a whole group can be one`);
  }
  const { pattern, names } = nameGroups(linePattern(check, given), wanted);
  return { expect: pattern, names };
}

const GROUP = /\$(?:\{(\d+)\}|(\d+))/g;

function groupsIn(text: string): readonly number[] {
  return [...text.matchAll(GROUP)].map(([, braced, bare]) => Number(braced ?? bare));
}

/** What is sent, with the newline that blackbox_exporter adds, and the texts that groups have captured. */
function sendOf(send: string | Uint8Array, names: ReadonlyMap<number, string>): Step {
  if (typeof send !== "string") return sendStep(send);
  const whole = `${send}\n`;
  if (names.size === 0) return sendStep(whole);
  const parts = whole.split(/(\$\{\d+\}|\$\d+)/);
  const texts = parts.map((part, i) => {
    if (i % 2 === 0) return String(sendStep(part).send ?? "");
    const [number = 0] = groupsIn(part);
    const name = names.get(number);
    return name === undefined ? "" : `\${${name}}`;
  });
  return { send: texts.join("") };
}

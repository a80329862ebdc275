import { hasPrivateKey } from "../../shared/task/task.ts";
import type { Call, Options } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { flagOption, textOption } from "../command/read-option.ts";
import { readTexts } from "../tasks/read-texts.ts";

/** The options of a check that ask for more than a handshake. */
export const DEEP_OPTIONS: Options = {
  tls: { type: "boolean", about: "Go on in TLS, and show the certificates." },
  "tls-mode": { type: "string", value: "verified|permissive", about: "With --tls." },
  "server-name": { type: "string", value: "NAME", about: "With --tls: the name to verify." },
  starttls: { type: "string", value: "PROTOCOL", about: "With --tls: ask for it first." },
  ca: { type: "string", value: "FILE", about: "With --tls: trust these certificates (PEM) only." },
  "client-cert": { type: "string", value: "FILE", about: "With --tls: show this one (PEM)." },
  "client-key": { type: "string", value: "FILE", about: "With --tls: its private key (PEM)." },
  greeting: { type: "string", value: "PROTOCOL", about: "Wait for a greeting, e.g. ssh." },
  send: {
    type: "string",
    multiple: true,
    value: "TEXT",
    about: "Send a text; \\r\\n and the other escapes of a task. Repeatable.",
  },
  "expect-text": {
    type: "string",
    multiple: true,
    value: "REGEX",
    about: "Wait for a text. Repeatable, and in turn with --send.",
  },
};

/** The fields of a task that these options stand for. */
export async function readDeepFields(call: Call): Promise<Record<string, unknown>> {
  const tls = await readTls(call);
  const greeting = textOption(call, "greeting");
  const dialogue = readSteps(call);
  return {
    ...(tls !== null && { tls }),
    ...(greeting !== null && { greeting }),
    ...(dialogue.length > 0 && { dialogue }),
  };
}

async function readTls(call: Call): Promise<unknown> {
  const settings = {
    mode: textOption(call, "tls-mode"),
    server_name: textOption(call, "server-name"),
    starttls: textOption(call, "starttls"),
    ca: await readAuthorities(call),
    client_certificate: readFileName(call, "client-cert"),
    client_key: readFileName(call, "client-key"),
  };
  const given = Object.entries(settings).filter(([, value]) => value !== null);
  if (flagOption(call, "tls")) return given.length > 0 ? Object.fromEntries(given) : true;
  if (given.length === 0) return null;
  throw new UsageError(
    "--tls-mode, --server-name, --starttls, --ca, --client-cert and --client-key go with --tls only.",
  );
}

/** Nothing of the file is shown: it may be another one than was meant. */
async function readAuthorities(call: Call): Promise<string | null> {
  const file = textOption(call, "ca");
  if (file === null) return null;
  const [{ text } = { text: "" }] = await readTexts([file], call.io);
  if (hasPrivateKey(text)) throw new UsageError(`--ca ${file} has a private key: it is refused.`);
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new UsageError(`--ca ${file} has no certificate in PEM.`);
}

/** Only the check itself reads it, as a secret. */
function readFileName(call: Call, name: string): string | null {
  const file = textOption(call, name);
  return file === null ? null : `file:${file}`;
}

/** The steps of a dialogue, in the order in which they were typed. */
function readSteps({ given }: Call): object[] {
  return given.flatMap(({ name, value }): object[] => {
    if (name === "send") return [{ send: value }];
    return name === "expect-text" ? [{ expect: value }] : [];
  });
}

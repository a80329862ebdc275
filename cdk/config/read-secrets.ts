import { isReference } from "../../shared/task/task.ts";
import type { FleetConfig } from "./fleet-config.ts";
import { type ConfigReader, readTexts, refuse } from "./read-config.ts";

/** A role has room for 10,240 characters, and each secret takes about a hundred of them. */
const MOST_SECRETS = 50;
const MOST_KEYS = 10;

/** Source: AWS KMS developer guide, "Key identifiers"; a key for several regions has one id in all of them. */
const KEY_ID = /^(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Reads which secrets probes may read, and which keys they need for that. */
export function readSecrets(reader: ConfigReader): Pick<FleetConfig, "secrets" | "secretKeys"> {
  return {
    secrets: readList(reader, "secrets", {
      accepts: (text) => isReference(text) && !text.startsWith("file:"),
      rule: "secretsmanager:NAME or ssm:NAME",
      most: MOST_SECRETS,
    }),
    secretKeys: readList(reader, "secretKeys", {
      accepts: (text) => KEY_ID.test(text),
      rule: "the id of a KMS key, such as mrk-0123456789abcdef0123456789abcdef",
      most: MOST_KEYS,
    }),
  };
}

interface ListForm {
  readonly accepts: (text: string) => boolean;
  readonly rule: string;
  readonly most: number;
}

function readList(reader: ConfigReader, field: string, form: ListForm): readonly string[] {
  const texts = [...new Set(readTexts(reader, field, form))];
  if (texts.length > form.most)
    refuse(reader, field, `a list of at most ${form.most}`, texts.length);
  return texts;
}

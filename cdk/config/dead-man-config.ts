import { isReference } from "../../shared/task/task.ts";
import type { DeadManConfig, FleetConfig } from "./fleet-config.ts";
import { type ConfigReader, isObject, refuse } from "./read-config.ts";

const FIELDS = ["url", "method"];

const NOT_SHOWN = "(not shown)";

/** A URL in the template could be read by everybody who may read the stack. */
const URL_RULE =
  "the name of a secret that holds the URL, secretsmanager:NAME or ssm:NAME, in the home region";

const METHODS = ["GET", "HEAD", "POST"];

/**
 * Reads the outside dead man of a fleet; null if it has none. Whatever is wrong in it may be the URL,
 * put into the wrong place, so no value and no name of a field is shown.
 */
export function readDeadMan(fleet: ConfigReader): DeadManConfig | null {
  const raw = fleet.fields.deadMan;
  if (raw === undefined) return null;
  const path = `${fleet.path}.deadMan`;
  const hidden = (field: string, rule: string, value: unknown) =>
    refuse({ ...fleet, path }, field, rule, value === undefined ? undefined : NOT_SHOWN);
  const fields = typeof raw === "string" ? { url: raw } : raw;
  if (!isObject(fields)) {
    refuse(fleet, "deadMan", `${URL_RULE}, or { url, method }`, NOT_SHOWN);
    return null;
  }
  if (Object.keys(fields).some((field) => !FIELDS.includes(field)))
    refuse(fleet, "deadMan", `of the fields ${FIELDS.join(" and ")} only`, NOT_SHOWN);
  const { url, method = METHODS[0] } = fields;
  const isMethod = typeof method === "string" && METHODS.includes(method);
  if (!isMethod) hidden("method", "GET, HEAD or POST", method);
  const isPlace = isReference(url) && !url.startsWith("file:");
  if (!isPlace) hidden("url", URL_RULE, url);
  return isPlace && isMethod ? { url, method } : null;
}

/** What tasks may name, they may send anywhere: then the URL is no secret of the fleet's. */
export function deadManProblems({
  deadMan,
  secrets,
}: Pick<FleetConfig, "deadMan" | "secrets">): string[] {
  if (deadMan === null || !secrets.includes(deadMan.url)) return [];
  return [
    `fleet.deadMan.url must be a secret that tasks can't name, is ${JSON.stringify(deadMan.url)}, which stands in fleet.secrets too`,
  ];
}

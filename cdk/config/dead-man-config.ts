import { isReference } from "../../shared/task/task.ts";
import type { DeadManConfig } from "./fleet-config.ts";
import { type ConfigReader, readerOf, readText, refuse } from "./read-config.ts";

const FIELDS = ["url", "method"];

/** A URL in the template could be read by everybody who may read the stack. */
const URL_RULE =
  "the name of a secret that holds the URL, secretsmanager:NAME or ssm:NAME, in the home region";

/** Reads the outside dead man of a fleet; null if it has none. */
export function readDeadMan(fleet: ConfigReader): DeadManConfig | null {
  const raw = fleet.fields.deadMan;
  if (raw === undefined) return null;
  const fields = typeof raw === "string" ? { url: raw } : raw;
  const reader = readerOf(`${fleet.path}.deadMan`, fields, FIELDS, fleet.problems);
  const { url } = reader.fields;
  const method = readText(reader, "method", {
    pattern: /^(?:GET|HEAD|POST)$/,
    rule: "GET, HEAD or POST",
    fallback: "GET",
  });
  if (isReference(url) && !url.startsWith("file:")) return { url, method };
  // What stands in its place may be the URL itself, which is never shown.
  refuse(reader, "url", URL_RULE, typeof url === "string" ? "(not shown)" : url);
  return null;
}

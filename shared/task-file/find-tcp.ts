import { isFields } from "../input/input.ts";

/** Fields in which monitors say what kind of check it is. */
const KIND_FIELDS = ["type", "kind", "prober", "probe", "check", "method", "module"];

const TCP_KIND = /^tcp(?:[-_ ]?(?:ping|connect|port|check|probe|socket))?$/i;

const TCP_URL = /^tcp:\/\//i;

/** Whether a value of any shape has a TCP check somewhere: a `tcp:` URL, or a table whose type is TCP. */
export function holdsTcp(value: unknown): boolean {
  if (typeof value === "string") return TCP_URL.test(value);
  if (Array.isArray(value)) return value.some(holdsTcp);
  if (!isFields(value)) return false;
  return Object.entries(value).some(([name, part]) => isTcpKind(name, part) || holdsTcp(part));
}

function isTcpKind(name: string, value: unknown): boolean {
  if (name === "tcp" || name === "tcpSocket") return typeof value === "string" || isFields(value);
  if (!KIND_FIELDS.includes(name.toLowerCase())) return false;
  return [value].flat().some((word) => typeof word === "string" && TCP_KIND.test(word));
}

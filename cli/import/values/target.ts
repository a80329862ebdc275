import { type Check, refuseCheck } from "../model/check.ts";
import { Code } from "../model/code.ts";
import { textOf } from "./fields.ts";
import { enginePartIn, markVariables, templateIn, variablesIn } from "./places.ts";

/**
 * Sets where a check connects to: `host:port`, or a host and a port. The task's parser judges the rest.
 * A variable of the environment stays one; what another engine fills can't be known.
 */
export function setTarget(check: Check, host: unknown, port?: unknown): void {
  for (const [what, value] of [
    ["host", host],
    ["port", port],
  ] as const) {
    if (!(value instanceof Code)) continue;
    refuseCheck(check, `its ${what} is made by code, which is not run: ${value.text}`);
    return;
  }
  const hostText = textOf(host);
  if (hostText === null) {
    refuseCheck(check, "it names no host");
    return;
  }
  const engine = enginePartIn(`${hostText} ${textOf(port) ?? ""}`);
  if (engine !== null) {
    refuseCheck(check, `its target has ${engine}, which is filled outside of the file`);
    return;
  }
  const target = markVariables(hostText);
  setText(check, "host", target.includes("\ue000") ? target : bracketed(target, port));
  if (port === undefined || port === null || port === "") return;
  const portText = textOf(port);
  if (portText === null) {
    refuseCheck(check, "its port is no number");
    return;
  }
  const marked = markVariables(portText);
  if (/^\d{1,9}$/.test(marked)) check.fields.port = Number(marked);
  else setText(check, "port", marked);
}

/** Takes a scheme away from a target, and a path, which a TCP check has no use for. */
export function withoutScheme(check: Check, url: string): string {
  const [, scheme, rest = url] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(url) ?? [];
  const [, host = rest, path = ""] = /^([^/?#]*)([/?#].*)$/s.exec(rest) ?? [];
  if (path.length > 1) check.changed.push(`the path "${path}" is left out: a TCP check has none`);
  if (scheme !== undefined && /^https?$/i.test(scheme)) {
    check.changed.push(`the scheme "${scheme}://" is left out: only the port is checked`);
  }
  return host;
}

function setText(check: Check, field: "host" | "port", text: string): void {
  const template = templateIn(text);
  if (template !== null) {
    refuseCheck(check, `its ${field} has ${template}, which is filled outside of the file`);
    return;
  }
  check.fields[field] = text;
  for (const { name, usual } of variablesIn(text)) {
    const without = usual === null ? "it must be set" : `without it, it is "${usual}"`;
    check.changed.push(
      `${field} names the variable ${name} of the environment: ${without} where the task file is read`,
    );
  }
}

/** An IPv6 address with its port in one text has brackets; a bare one has its port in a field of its own. */
function bracketed(host: string, port: unknown): string {
  const isBare = /^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(host);
  return isBare && textOf(port) !== null ? `[${host}]` : host;
}

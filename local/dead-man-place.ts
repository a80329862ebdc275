import { DEAD_MAN_ENV } from "../shared/contract.ts";
import { isReference } from "../shared/task/task.ts";

/** Takes the variable, since other users of the machine see a command's words. */
const FROM_ENVIRONMENT = "env";

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** Reads `--dead-man`; null without it, or with a problem. No sentence shows the URL, because it is a secret. */
export function parseDeadMan(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): string | null {
  if (option === undefined) return null;
  const isEnv = option === FROM_ENVIRONMENT;
  const place = isEnv ? (env[DEAD_MAN_ENV.place] ?? "") : option;
  if (isReference(place) || isUsable(place)) return place;
  const name = isEnv ? DEAD_MAN_ENV.place : "--dead-man";
  const other = isEnv ? "" : ", or env";
  problems.push(
    `${name} must be a URL with https (http on this machine only) or file:PATH${other}`,
  );
  return null;
}

function isUsable(text: string): boolean {
  const url = URL.parse(text);
  if (url === null) return false;
  return url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.test(url.hostname));
}

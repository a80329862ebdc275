import { type AddressRules, addressRules, vetHost } from "../../../shared/vet/vet.ts";

/** A URL that may be asked, and the addresses that its name may lead to. */
export interface DeadManTarget {
  readonly url: URL;
  readonly rules: AddressRules;
}

const PUBLIC_ONLY = addressRules([]);
const LOOPBACK = addressRules(["127.0.0.0/8", "::1/128"]);

/** A URL that may be asked, or a code why not: only https to public addresses, on one machine also to itself. */
export function judgeUrl(text: string, isOneMachine: boolean): DeadManTarget | string {
  const url = URL.parse(text.trim());
  if (url === null) return "NOT_A_URL";
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const rules = isOneMachine ? LOOPBACK : PUBLIC_ONLY;
  const verdict = vetHost(hostname, rules);
  if (verdict !== null && verdict !== "allowed") return "ADDRESS_NOT_ALLOWED";
  const isItself = verdict === "allowed" && vetHost(hostname, PUBLIC_ONLY) !== "allowed";
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isItself)) return "NOT_HTTPS";
  return { url, rules: isItself ? LOOPBACK : PUBLIC_ONLY };
}

import { lookup } from "node:dns";
import { request as requestPlainly } from "node:http";
import { request as requestSafely } from "node:https";
import type { LookupFunction } from "node:net";
import { type AddressRules, vetAddress } from "../../../shared/vet/vet.ts";
import type { DeadManTarget } from "./judge-url.ts";

/**
 * Sends one request without a body, and follows no redirect. Resolves to null if the answer's status is
 * 200 to 299, else to a code.
 */
export function sendOnce(
  { url, rules }: DeadManTarget,
  method: string,
  signal: AbortSignal,
): Promise<string | null> {
  const request = url.protocol === "https:" ? requestSafely : requestPlainly;
  const headers = { "user-agent": "synfleet", "content-length": "0" };
  return new Promise((resolve) => {
    const sending = request(url, {
      ...{ method, headers, signal, agent: false },
      lookup: lookUpVetted(rules),
    });
    sending.on("error", (error) => resolve(codeOf(error)));
    sending.on("response", (answer) => {
      const status = answer.statusCode ?? 0;
      resolve(status >= 200 && status < 300 ? null : `HTTP_${status}`);
      sending.destroy();
    });
    sending.end();
  });
}

/** The message may name the host; a code names nothing of the user's. */
function codeOf(error: NodeJS.ErrnoException): string {
  if (error.name === "AbortError" || error.name === "TimeoutError") return "NO_ANSWER";
  return error.code ?? "NOT_SENT";
}

/** A name may lead elsewhere tomorrow, so what it leads to is judged each time. */
function lookUpVetted(rules: AddressRules): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, "");
      const allowed = found.filter(({ address }) => vetAddress(address, rules) === "allowed");
      const [first] = allowed;
      if (first === undefined) {
        const refusal = Object.assign(new Error("refused"), { code: "ADDRESS_NOT_ALLOWED" });
        return callback(refusal, "");
      }
      if (options.all === true) return callback(null, allowed);
      return callback(null, first.address, first.family);
    });
  };
}

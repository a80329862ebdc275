import type { ProbeResult } from "../../shared/result/result.ts";
import { DAY_MS, type EpochMs } from "../../shared/units.ts";
import { showMs } from "./figures.ts";

/** What a check beyond a handshake tells in its line: the times of its phases, and what was answered instead. */
export function deepFacts({ tlsTimeMs, dialogueTimeMs, detail }: ProbeResult): string[] {
  return [
    ...(tlsTimeMs === null ? [] : [`tls ${showMs(tlsTimeMs)}`]),
    ...(dialogueTimeMs === null ? [] : [`dialogue ${showMs(dialogueTimeMs)}`]),
    ...(detail?.failedPhase === undefined ? [] : [`in the phase ${detail.failedPhase}`]),
    ...(detail?.answer === undefined ? [] : [`the answer was ${JSON.stringify(detail.answer)}`]),
  ];
}

/** A line for the session and one for each certificate of its chain; none without TLS. */
export function certificateLines({ detail }: ProbeResult, nowMs: EpochMs): string[] {
  const facts = detail?.certificateFacts;
  if (facts === undefined) return [];
  const { protocol, cipher, chain, fault } = facts;
  const trust = fault === null ? "trusted" : `not trusted: ${fault}`;
  return [
    `  ${protocol}, ${cipher}, ${trust}`,
    ...chain.map(({ subject, issuer, names, untilMs, keyType, keyBits }) => {
      const days = Math.floor((untilMs - nowMs) / DAY_MS);
      const until = new Date(untilMs).toISOString().slice(0, 10);
      const key = keyType === null ? "" : `, ${keyType} ${keyBits ?? ""}`.trimEnd();
      const named = names.length > 0 ? `, for ${names.join(" ")}` : "";
      return `  ${subject}, by ${issuer}${named}, until ${until} (${days} days)${key}`;
    }),
  ];
}

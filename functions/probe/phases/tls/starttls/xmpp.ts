import type { PhaseFailure } from "../../session/session.ts";
import type { MeasureAnswer, Talk } from "./talk.ts";

const START_TLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

/** The list of what a server is able to, or the end of its stream. */
const FEATURES = /<(?:stream:)?features\s*\/>|<\/(?:stream:)?features>|<\/stream:stream>/;
const VERDICT = /<(?:proceed|failure)\b[^>]*>(?:<\/proceed>)?|<\/stream:stream>/;

/** RFC 6120 section 5. */
export async function askXmpp(talk: Talk, name: string): Promise<PhaseFailure | null> {
  talk.send(openingOf(name));
  const features = await talk.hear(wholeUntil(FEATURES));
  if ("outcome" in features) return features;
  const text = String(features.bytes);
  if (/<(?:stream:)?error\b/.test(text)) return talk.fail("rejected", "REFUSED", features.bytes);
  if (!/<starttls\b/.test(text)) return talk.fail("tls_not_offered", "NOT_LISTED", features.bytes);
  talk.request(START_TLS);
  const verdict = await talk.hear(wholeUntil(VERDICT));
  if ("outcome" in verdict) return verdict;
  return /<proceed\b/.test(String(verdict.bytes))
    ? null
    : talk.fail("tls_not_offered", "REFUSED", verdict.bytes);
}

function openingOf(name: string): string {
  const to = name.replace(/[^\w.:-]/g, "");
  return (
    `<?xml version='1.0'?><stream:stream to='${to}' version='1.0' xmlns='jabber:client' ` +
    "xmlns:stream='http://etherx.jabber.org/streams'>"
  );
}

function wholeUntil(pattern: RegExp): MeasureAnswer {
  return (received) => {
    const text = received.toString("latin1");
    const found = pattern.exec(text);
    return found === null ? null : found.index + found[0].length;
  };
}

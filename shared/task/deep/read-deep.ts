import { type InputTable, omitUndefined, ownField, refuse } from "../../input/input.ts";
import type { DurationMs } from "../../units.ts";
import { DEFAULT_TLS, type DeepCheck, type TlsSettings } from "./deep-check.ts";
import type { FindPatternFault } from "./patterns.ts";
import { readAddressing } from "./read-addressing.ts";
import { readTalk } from "./read-dialogue.ts";
import { readHold } from "./read-hold.ts";
import { readRateLimit } from "./read-rate-limit.ts";
import { readRetry } from "./read-retry.ts";
import { readTimeouts, TIMEOUT_FIELDS } from "./read-timeouts.ts";
import { readTls } from "./read-tls.ts";

/** The fields of a task that ask for more than a handshake. */
export const DEEP_FIELDS: readonly string[] = [
  "tls",
  "greeting",
  "dialogue",
  "reconnect_on",
  "max_reconnects",
  "hold_seconds",
  "keepalive",
  "goodbye",
  "retry",
  "rate_limit",
  "address_mode",
  "addresses_required",
  ...Object.values(TIMEOUT_FIELDS),
];

/** What the fields depend on; undefined where it can't be read. */
export interface DeepFrame {
  readonly hostname: string | undefined;
  readonly scheduleMs: DurationMs | undefined;
  readonly timeoutMs: DurationMs | undefined;
  readonly expectsClosed: boolean;
  readonly findPatternFault: FindPatternFault | undefined;
}

/** A bundle has a thousand tasks, and a probe keeps all of them in memory. */
const MOST_BYTES = 16_384;

/** Reads what a task asks for beyond a handshake. */
export function readDeepCheck(item: InputTable, frame: DeepFrame): DeepCheck {
  // Most tasks are plain, and a plan reads ten thousand.
  if (!DEEP_FIELDS.some((name) => Object.hasOwn(item.fields, name))) return {};
  const source = { labels: new Set<string>(), findPatternFault: frame.findPatternFault };
  const tls = readTls(item);
  const talk = readTalk(item, source);
  const deep = omitUndefined({
    tls: settleTls(item, tls, talk),
    ...talk,
    hold: readHold(item, source, frame.scheduleMs),
    retry: readRetry(item),
    rateLimit: readRateLimit(item),
    addressing: readAddressing(item, frame.hostname),
    phaseTimeouts: readTimeouts(item, frame.timeoutMs),
  });
  if (frame.expectsClosed) refuseOnClosed(item, deep);
  refuseOtherGreeting(item, deep);
  refuseLarge(item, deep);
  return deep;
}

/** A dialogue that starts TLS has the default settings if nothing is said of them. */
function settleTls(
  item: InputTable,
  tls: TlsSettings | null | undefined,
  { dialogue }: Pick<DeepCheck, "dialogue">,
): TlsSettings | undefined {
  const start = dialogue?.steps.findIndex(({ kind }) => kind === "starttls") ?? -1;
  if (start < 0) return tls ?? undefined;
  const field = `${item.path}dialogue[${start}].starttls`;
  if (tls === null) item.report(field, "needs tls, which is off");
  if (tls?.starttls !== undefined) item.report(field, "starts TLS again after tls.starttls");
  return tls ?? DEFAULT_TLS;
}

/** Who asks for TLS in one protocol is not greeted in another. */
function refuseOtherGreeting(item: InputTable, { tls, greeting }: DeepCheck): void {
  const asked = tls?.starttls;
  if (asked === undefined || greeting === undefined || greeting === asked) return;
  refuse(item, "greeting", `must be the protocol of tls.starttls, "${asked}"`);
}

const TALKING_FIELDS = {
  tls: "tls",
  greeting: "greeting",
  dialogue: "dialogue",
  hold: "hold_seconds",
  addressing: "address_mode",
} as const satisfies { readonly [F in keyof DeepCheck]?: string };

/** Nothing can be said to a port that must be closed. */
function refuseOnClosed(item: InputTable, deep: DeepCheck): void {
  for (const [field, name] of Object.entries(TALKING_FIELDS)) {
    if (!Object.hasOwn(deep, field) || ownField(item.fields, name) === undefined) continue;
    refuse(item, name, 'does not go with expect = "closed"');
  }
}

function refuseLarge(item: InputTable, deep: DeepCheck): void {
  const byteCount = Buffer.byteLength(JSON.stringify(deep));
  if (byteCount <= MOST_BYTES) return;
  const rule = `must be at most ${MOST_BYTES} bytes together`;
  item.report(`${item.path}tls, dialogue, keepalive and goodbye`, rule, byteCount);
}

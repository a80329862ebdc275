import { omitUndefined } from "../../input/input.ts";
import { SECOND_MS } from "../../units.ts";
import {
  type Addressing,
  DEFAULT_TLS,
  type DeepCheck,
  type HoldSettings,
  type Keepalive,
  type TlsSettings,
} from "./deep-check.ts";
import { printMark, printStep } from "./print-steps.ts";
import { USUAL_RECONNECTS } from "./read-dialogue.ts";
import { USUAL_KEEPALIVE_SECONDS } from "./read-hold.ts";
import { RATE_PRESETS } from "./read-rate-limit.ts";
import { USUAL_RETRY } from "./read-retry.ts";
import { TIMEOUT_FIELDS } from "./read-timeouts.ts";

/** What a task asks for beyond a handshake, in the user's field names and without defaults. */
export function printDeepCheck(deep: DeepCheck): Record<string, unknown> {
  return omitUndefined({
    tls: deep.tls && printTls(deep.tls),
    greeting: deep.greeting,
    ...printDialogue(deep.dialogue),
    ...printHold(deep.hold),
    retry: deep.retry && printRetry(deep.retry),
    rate_limit: deep.rateLimit && printRateLimit(deep.rateLimit),
    ...printAddressing(deep.addressing),
    ...printTimeouts(deep.phaseTimeouts),
  });
}

function printTls(tls: TlsSettings): true | Record<string, unknown> {
  const fields = omitUndefined({
    mode: unlessUsual(tls.mode, DEFAULT_TLS.mode),
    verify: unlessUsual(tls.verify, DEFAULT_TLS.verify),
    server_name: tls.serverName,
    min_version: tls.minVersion,
    max_version: tls.maxVersion,
    ciphers: tls.ciphers,
    groups: tls.groups,
    alpn: tls.alpn && [...tls.alpn],
    ca: tls.ca,
    client_certificate: tls.clientCertificate,
    client_key: tls.clientKey,
    starttls: tls.starttls,
    expires_warning_days: tls.expiresWarningDays,
    expires_critical_days: tls.expiresCriticalDays,
  });
  return Object.keys(fields).length === 0 ? true : fields;
}

function printDialogue(dialogue: DeepCheck["dialogue"]): Record<string, unknown> {
  if (dialogue === undefined) return {};
  const { steps, reconnectOnHex, maxReconnects } = dialogue;
  return {
    dialogue: steps.length === 0 ? undefined : steps.map(printStep),
    reconnect_on: reconnectOnHex && printMark(reconnectOnHex),
    max_reconnects: unlessUsual(maxReconnects, USUAL_RECONNECTS),
  };
}

function printHold(hold: HoldSettings | undefined): Record<string, unknown> {
  if (hold === undefined) return {};
  return {
    hold_seconds: hold.holdMs / SECOND_MS,
    keepalive: hold.keepalive && printKeepalive(hold.keepalive),
    goodbye: hold.goodbye?.map(printStep),
  };
}

function printKeepalive({ everyMs, steps }: Keepalive): "tcp" | Record<string, unknown> {
  const seconds = unlessUsual(everyMs / SECOND_MS, USUAL_KEEPALIVE_SECONDS);
  if (steps === undefined && seconds === undefined) return "tcp";
  const said = steps === undefined ? { tcp: true } : Object.assign({}, ...steps.map(printStep));
  return omitUndefined({ ...said, every_seconds: seconds });
}

function printRetry(retry: NonNullable<DeepCheck["retry"]>): Record<string, unknown> {
  return omitUndefined({
    max_attempts: retry.maxAttempts,
    initial_backoff_ms: unlessUsual(retry.initialBackoffMs, USUAL_RETRY.initialBackoffMs),
    multiplier: unlessUsual(retry.multiplier, USUAL_RETRY.multiplier),
    max_backoff_ms: unlessUsual(retry.maxBackoffMs, USUAL_RETRY.maxBackoffMs),
    jitter: unlessUsual(retry.jitter, USUAL_RETRY.jitter),
  });
}

function printRateLimit(limit: NonNullable<DeepCheck["rateLimit"]>) {
  if (limit === "disabled") return limit;
  const { bucketSize, refillRate } = limit;
  const { aggressive, permissive } = RATE_PRESETS;
  const named = Object.entries({ aggressive, permissive }).find(
    ([, preset]) => preset.bucketSize === bucketSize && preset.refillRate === refillRate,
  );
  return named?.[0] ?? { bucket_size: bucketSize, refill_rate: refillRate };
}

function printAddressing(addressing: Addressing | undefined): Record<string, unknown> {
  if (addressing === undefined) return {};
  if (addressing.mode === "any") return { address_mode: "any" };
  const addresses_required = unlessUsual<unknown>(addressing.required, "all");
  return { address_mode: "each", addresses_required };
}

function printTimeouts(timeouts: DeepCheck["phaseTimeouts"] = {}): Record<string, unknown> {
  const printed = Object.entries(TIMEOUT_FIELDS).map(([phase, name]) => {
    const limitMs = Reflect.get(timeouts, phase);
    return [name, typeof limitMs === "number" ? limitMs / SECOND_MS : undefined];
  });
  return Object.fromEntries(printed);
}

function unlessUsual<T>(value: T, usual: NoInfer<T>): T | undefined {
  return value === usual ? undefined : value;
}

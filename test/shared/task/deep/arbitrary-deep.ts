import fc from "fast-check";
import { GREETINGS, STARTTLS_PROTOCOLS } from "../../../../shared/task/task.ts";
import { AUTHORITY } from "./authority.ts";

const reference = fc.constantFrom(
  "secretsmanager:prod/mail@1",
  "ssm:/synfleet/key.pem",
  "file:/etc/keys/a b.pem",
);
const version = fc.constantFrom("1.0", "1.1", "1.2", "1.3", 1, 1.2);

const tlsFields = fc.record(
  {
    verify: fc.constantFrom("subject_alt_name", "common_name", "none"),
    server_name: fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6()),
    min_version: version,
    ciphers: fc.constantFrom("ECDHE+AESGCM:!SHA1", "DEFAULT@SECLEVEL=0"),
    groups: fc.constantFrom("X25519:P-256", "X25519MLKEM768:X25519"),
    alpn: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), {
      minLength: 1,
      maxLength: 4,
    }),
    ca: fc.oneof(reference, fc.constant(`# ours\n${AUTHORITY}\n`)),
    expires_warning_days: fc.integer({ min: 20, max: 3_650 }),
    expires_critical_days: fc.integer({ min: 0, max: 19 }),
    starttls: fc.constantFrom(...STARTTLS_PROTOCOLS),
  },
  { requiredKeys: [] },
);
const identity = fc
  .tuple(reference, reference)
  .map(([client_certificate, client_key]) => ({ client_certificate, client_key }));
const tls = fc.oneof(
  fc.boolean(),
  tlsFields,
  fc.tuple(tlsFields, identity).map(([fields, keys]) => ({ ...fields, ...keys, mode: "strict" })),
  fc
    .tuple(tlsFields, fc.constantFrom("permissive", "verified", "none", "development", "legacy"))
    .map(([fields, mode]) => ({ ...fields, mode })),
);

/** Texts as a user writes them: what is special is escaped. */
const written = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
  .map((text) => text.replaceAll("\\", "\\\\").replaceAll("${", "$${"));
const send = fc.record({
  send: fc.oneof(
    written,
    fc.constantFrom("EHLO a\\r\\n", "\\x00\\t\\0\\x7f", `$$\${x}`, `$$$\${x}`, `\${ssm:/a}!`, "a$"),
  ),
});
const hex = fc
  .uint8Array({ minLength: 1, maxLength: 20 })
  .map((b) => Buffer.from(b).toString("hex"));
const pattern = fc.constantFrom("^220 ", "(?P<software>\\S+)", "\\(?P<a>", "[(?P<b>]", "a|b");
const talk = fc.oneof(
  send,
  fc.record({ send_hex: hex }),
  fc.record({ expect: pattern }),
  fc.record({ expect_hex: hex.map((digits) => digits.toUpperCase()) }),
);
const phased = fc
  .tuple(talk, fc.constantFrom("greeting", "version", "auth"))
  .map(([step, phase]) => ({ ...step, phase }));
const ending = fc.constant([{ reject: "^5" }, { expect: "^2" }]);
const goodbye = fc.tuple(fc.array(talk, { maxLength: 4 }), ending).map((parts) => parts.flat());
const dialogue = fc
  .tuple(
    fc.array(fc.oneof(talk, phased), { maxLength: 5 }),
    fc.oneof(fc.constant([{ starttls: true }]), fc.constant([])),
    ending,
  )
  .map((parts) => parts.flat());
const keepalive = fc.oneof(
  fc.constant("tcp"),
  fc.record({ tcp: fc.constant(true), every_seconds: fc.integer({ min: 1, max: 3_600 }) }),
  fc.record(
    { send: fc.constant("PING\\r\\n"), expect: pattern, every_seconds: fc.constant(5) },
    { requiredKeys: ["send"] },
  ),
);
const seconds = fc.oneof(fc.integer({ min: 1, max: 10 }), fc.constantFrom(0.1, 0.25, 1.337));

/** What a task may ask for beyond a handshake, as a user writes it; not each of it is valid. */
export const rawDeep = fc
  .record(
    {
      tls,
      greeting: fc.constantFrom(...GREETINGS),
      dialogue,
      reconnect_on: fc.oneof(
        fc.constant("MOVED\\r\\n"),
        hex.map((digits) => ({ hex: digits })),
      ),
      hold_seconds: fc.integer({ min: 1, max: 60 }),
      retry: fc.record(
        {
          max_attempts: fc.integer({ min: 1, max: 10 }),
          initial_backoff_ms: fc.integer({ min: 1, max: 1_000 }),
          multiplier: fc.double({ min: 1, max: 10, noNaN: true }),
          max_backoff_ms: fc.integer({ min: 1_000, max: 60_000 }),
          jitter: fc.double({ min: 0, max: 1, noNaN: true }),
        },
        { requiredKeys: ["max_attempts"] },
      ),
      rate_limit: fc.oneof(
        fc.constantFrom("default", "aggressive", "permissive", "disabled"),
        fc.record({
          bucket_size: fc.integer({ min: 1, max: 10_000 }),
          refill_rate: fc.double({ min: 0.01, max: 10_000, noNaN: true }),
        }),
      ),
      addressing: fc.oneof(
        fc.constantFrom(
          { address_mode: "first" },
          { address_mode: "any" },
          { address_mode: "each" },
        ),
        fc
          .oneof(fc.constantFrom("all", "majority"), fc.integer({ min: 1, max: 16 }))
          .map((addresses_required) => ({ address_mode: "each", addresses_required })),
      ),
      connect_timeout_seconds: seconds,
      tls_timeout_seconds: seconds,
      dialogue_timeout_seconds: seconds,
      read_timeout_seconds: seconds,
    },
    { requiredKeys: [] },
  )
  .chain((deep) =>
    fc.record({
      deep: fc.constant(deep),
      keepalive,
      goodbye,
      max_reconnects: fc.integer({ min: 1, max: 10 }),
    }),
  )
  .map(({ deep: { addressing, ...deep }, max_reconnects, ...held }) => ({
    ...deep,
    ...addressing,
    ...("hold_seconds" in deep ? held : {}),
    ...("reconnect_on" in deep ? { max_reconnects } : {}),
  }));

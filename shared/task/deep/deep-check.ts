import type { DurationMs } from "../../units.ts";

/**
 * The phases of a check that a failure may name, in the order in which they follow each other. Stored
 * summaries name a phase by its position, so new ones go to the end.
 */
export const PHASES = [
  "resolve",
  "connect",
  "tls",
  "greeting",
  "version",
  "auth",
  "dialogue",
  "hold",
] as const;

/** One of `PHASES`. */
export type Phase = (typeof PHASES)[number];

/** A reference to private material: `secretsmanager:NAME`, `ssm:NAME`, or `file:PATH` on one machine. */
export type SecretReference = string;

/** What a server is asked before TLS begins, by the protocol that it speaks. */
export const STARTTLS_PROTOCOLS = [
  "smtp",
  "imap",
  "pop3",
  "ftp",
  "postgresql",
  "mysql",
  "ldap",
  "xmpp",
] as const;

/** One of `STARTTLS_PROTOCOLS`. */
export type StarttlsProtocol = (typeof STARTTLS_PROTOCOLS)[number];

/** The versions of TLS that a task may ask for. */
export const TLS_VERSIONS = ["1.0", "1.1", "1.2", "1.3"] as const;

/** One of `TLS_VERSIONS`. */
export type TlsVersion = (typeof TLS_VERSIONS)[number];

/** How a task uses TLS; absent settings are the defaults. A task with the mode `none` has none of this. */
export interface TlsSettings {
  /** `strict` sends a client certificate; `permissive` takes any certificate and tells what is wrong with it. */
  readonly mode: "strict" | "verified" | "permissive";
  /** Which name of the certificate is compared. */
  readonly verify: "subject_alt_name" | "common_name" | "none";
  /** The name that is sent and compared; if absent, the host's, or its IP address. */
  readonly serverName?: string;
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
  /** In OpenSSL's format. */
  readonly ciphers?: string;
  /** Key exchange groups in OpenSSL's format. */
  readonly groups?: string;
  readonly alpn?: readonly string[];
  /** PEM of public CAs, which replace the well-known ones, or a reference to it. */
  readonly ca?: string;
  readonly clientCertificate?: SecretReference;
  readonly clientKey?: SecretReference;
  readonly starttls?: StarttlsProtocol;
  readonly expiresWarningDays?: number;
  readonly expiresCriticalDays?: number;
}

/** What `tls = true` stands for, and a `starttls` step without settings. */
export const DEFAULT_TLS: TlsSettings = { mode: "verified", verify: "subject_alt_name" };

/** The protocols whose greeting is known. */
export const GREETINGS = [
  "ssh",
  "smtp",
  "imap",
  "pop3",
  "ftp",
  "mysql",
  "postgresql",
  "redis",
  "memcached",
  "mqtt",
  "amqp",
  "ldap",
] as const;

/** One of `GREETINGS`. */
export type Greeting = (typeof GREETINGS)[number];

/** The phases that a step may say it belongs to; `dialogue` if it says none. */
export type StepPhase = Extract<Phase, "greeting" | "version" | "auth">;

/** One step of a dialogue. */
export type DialogueStep = {
  /** Absent: `dialogue`. */
  readonly phase?: StepPhase;
} & (
  | {
      /** Sends a text as UTF-8; `${label}` and `${reference}` are replaced. */
      readonly kind: "send";
      readonly text: string;
    }
  | { readonly kind: "send_hex" | "expect_hex"; readonly hex: string }
  | {
      /**
       * `expect` waits until what has come since the last step matches. `reject` fails the check if it
       * matches while a following `expect` waits. Both are regular expressions in RE2's syntax.
       */
      readonly kind: "expect" | "reject";
      readonly pattern: string;
    }
  /** Goes on in TLS, by the task's settings. */
  | { readonly kind: "starttls" }
);

/** What is said on an open connection. */
export interface Dialogue {
  readonly steps: readonly DialogueStep[];
  /** Bytes in hex with which a server sends a client elsewhere. */
  readonly reconnectOnHex?: string;
  /** How often it may do so in one check. */
  readonly maxReconnects?: number;
}

/** What keeps a held connection alive. */
export interface Keepalive {
  readonly everyMs: DurationMs;
  /** Said each time; if absent, the system sends TCP's own probes. */
  readonly steps?: readonly DialogueStep[];
}

/** How long a connection is held after everything else, and what is said meanwhile and before its end. */
export interface HoldSettings {
  readonly holdMs: DurationMs;
  readonly keepalive?: Keepalive;
  readonly goodbye?: readonly DialogueStep[];
}

/** When a check that failed is made again in its slot: see `shared/retry`. */
export interface RetrySettings {
  /** All attempts, the first included. */
  readonly maxAttempts: number;
  readonly initialBackoffMs: DurationMs;
  readonly multiplier: number;
  readonly maxBackoffMs: DurationMs;
  /** The part of a pause by which it may be longer or shorter, from 0 to 1. */
  readonly jitter: number;
}

/** How many connects a destination is asked for: a token bucket, or no limit. */
export type RateLimit =
  | "disabled"
  | {
      readonly bucketSize: number;
      /** Tokens a second. */
      readonly refillRate: number;
    };

/** Which of a host's addresses are checked, if not the first one only. */
export type Addressing =
  /** The next is tried if one fails; the first that answers counts. */
  | { readonly mode: "any" }
  /** Each is checked, and so many must pass. */
  | { readonly mode: "each"; readonly required: "all" | "majority" | number };

/** Limits of single phases, within the task's timeout. */
export interface PhaseTimeouts {
  readonly connectMs?: DurationMs;
  readonly tlsMs?: DurationMs;
  /** Greeting and dialogue together. */
  readonly dialogueMs?: DurationMs;
  /** The wait for one answer. */
  readonly readMs?: DurationMs;
}

/** What a task asks for beyond a plain TCP check. Each field is absent where the task does not ask for it. */
export interface DeepCheck {
  readonly tls?: TlsSettings;
  readonly greeting?: Greeting;
  readonly dialogue?: Dialogue;
  readonly hold?: HoldSettings;
  readonly retry?: RetrySettings;
  readonly rateLimit?: RateLimit;
  readonly addressing?: Addressing;
  readonly phaseTimeouts?: PhaseTimeouts;
}

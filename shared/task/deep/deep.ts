export {
  type Addressing,
  DEFAULT_TLS,
  type DeepCheck,
  type Dialogue,
  type DialogueStep,
  GREETINGS,
  type Greeting,
  type HoldSettings,
  type Keepalive,
  PHASES,
  type Phase,
  type PhaseTimeouts,
  type RateLimit,
  type RetrySettings,
  type SecretReference,
  STARTTLS_PROTOCOLS,
  type StarttlsProtocol,
  type StepPhase,
  TLS_VERSIONS,
  type TlsSettings,
  type TlsVersion,
} from "./deep-check.ts";
export { escapeText } from "./escapes.ts";
export { DEEP_NEEDS, needsOfDeep, usesConnection } from "./needs.ts";
export type { FindPatternFault } from "./patterns.ts";
export { printDeepCheck } from "./print-deep.ts";
export { hasPrivateKey, withoutPrivateKey } from "./private-key.ts";
export { DEEP_FIELDS, readDeepCheck } from "./read-deep.ts";
export { readRateLimit } from "./read-rate-limit.ts";
export { offModeOf } from "./read-tls.ts";
export { isReference } from "./references.ts";
export { referencesOf, secretsIn } from "./references-of.ts";
export { type TemplatePart, templateParts } from "./template.ts";

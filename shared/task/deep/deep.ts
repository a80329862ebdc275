export {
  type Addressing,
  DEEP_NEEDS,
  type DeepCheck,
  type Dialogue,
  type DialogueStep,
  GREETINGS,
  type Greeting,
  type HoldSettings,
  type Keepalive,
  needsOfDeep,
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
  usesConnection,
} from "./deep-check.ts";
export type { FindPatternFault } from "./patterns.ts";
export { printDeepCheck } from "./print-deep.ts";
export { withoutPrivateKey } from "./private-key.ts";
export { DEEP_FIELDS, readDeepCheck } from "./read-deep.ts";
export { type TemplatePart, templateParts } from "./template.ts";

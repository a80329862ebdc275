import type { RegionName } from "../../shared/units.ts";
import { NO_ANSWER, type Reply } from "./ask-aws.ts";

/** A part of a fleet that is asked. */
export type Part =
  | "tables"
  | "functions"
  | "roles"
  | "schedules"
  | "queue"
  | "bursts"
  | "bus"
  | "quotas"
  | "alarms"
  | "plan"
  | "leases"
  | "clock"
  | "minutes"
  | "troubles"
  | "retired"
  /** All of a region. */
  | "region";

/** What is known of a part in one region. */
export interface Finding {
  readonly region: RegionName;
  readonly part: Part;
  /** `unknown` if it could not be asked; `hint` if all is well, and there is something to know. */
  readonly level: "well" | "hint" | "wrong" | "unknown";
  /** One sentence without its full stop; of what is well the figures, or nothing. */
  readonly text: string;
  /** What to do about it; empty if there is nothing to do. */
  readonly todo: string;
  /** Why it is not known: a code or a few words; only of `unknown`. */
  readonly why?: string;
}

/** Which part of which region a finding is about. */
export type About = Pick<Finding, "region" | "part">;

function well({ region, part }: About, text: string): Finding {
  return { region, part, level: "well", text, todo: "" };
}

/** What was found, or that all is well, with the figures that say so. */
export function orWell(about: About, found: readonly Finding[], figures = ""): Finding[] {
  return found.some(({ level }) => level !== "hint")
    ? [...found]
    : [well(about, figures), ...found];
}

/** A part is as it should be, and may not be as somebody thinks. */
export function hint({ region, part }: About, text: string, todo: string): Finding {
  return { region, part, level: "hint", text, todo };
}

/** A part is not as it should be. */
export function wrong({ region, part }: About, text: string, todo: string): Finding {
  return { region, part, level: "wrong", text, todo };
}

const POLICY_PAGE = "let your credentials do it: docs/operator-policy.md";

/** Why something is not known, by a reply that is no answer. */
export function unasked(
  { region, part }: About,
  what: string,
  reply: Exclude<Reply, { kind: "answer" }>,
): Finding {
  const why = whyOf(reply);
  const todo = reply.kind === "denied" ? POLICY_PAGE : "";
  return { region, part, level: "unknown", text: `${what} is not known: ${why}`, todo, why };
}

function whyOf(reply: Exclude<Reply, { kind: "answer" }>): string {
  if (reply.kind === "denied") return `${reply.action} is not allowed`;
  return reply.kind === "gone" ? "it is not there" : reply.code;
}

/** What a store threw. */
export function unread(about: About, what: string, error: unknown): Finding {
  const { message } = error instanceof Error ? error : new Error(String(error));
  const [, action = "dynamodb:GetItem"] = /perform: ([\w-]+:\w+)/.exec(message) ?? [];
  const code = codeOf(error);
  if (code === "AccessDeniedException") return unasked(about, what, { kind: "denied", action });
  return unasked(about, what, { kind: "failed", code });
}

/** The name that AWS gave an error; what has none was no answer of AWS. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isAnswer = "$fault" in error;
  if (!isAnswer && ("code" in error || error.name === "TimeoutError")) return NO_ANSWER;
  return error.name === "Error" ? error.message : error.name;
}

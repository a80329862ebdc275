import { RequestRefusal } from "../guard/refuse-request.ts";
import { isObject } from "./event-comparator.ts";

/** An event as EventBridge delivers it to a target. */
export interface EventEnvelope {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The answer to one entry: the id of its event, or why it was refused. */
export type EntryResult =
  | { readonly EventId: string }
  | { readonly ErrorCode: string; readonly ErrorMessage: string };

/** What the endpoint needs to turn an entry into an event. */
export interface BusContext {
  readonly bus: string;
  readonly region: string;
  readonly newId: () => string;
  readonly now: () => Date;
}

// Limits and codes: EventBridge API reference, PutEvents.
const MAX_ENTRIES = 10;
const MAX_REQUEST_BYTES = 256 * 1024;
const LOCAL_ACCOUNT = "000000000000";

/** The entries of a PutEvents request; throws RequestRefusal if AWS would refuse the whole request. */
export function parseRequest(body: unknown): readonly Record<string, unknown>[] {
  const entries = isObject(body) ? body.Entries : undefined;
  if (!Array.isArray(entries) || !entries.every(isObject)) {
    throw new RequestRefusal(400, "SerializationException", "Entries must be a list of structures");
  }
  if (entries.length < 1) throw lengthError("greater than or equal to 1");
  if (entries.length > MAX_ENTRIES) throw lengthError(`less than or equal to ${MAX_ENTRIES}`);
  const size = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
  if (size > MAX_REQUEST_BYTES) {
    throw invalid("Total size of the entries in the request is over the limit.");
  }
  return entries;
}

function invalid(message: string): RequestRefusal {
  return new RequestRefusal(400, "ValidationException", message);
}

function lengthError(rule: string): RequestRefusal {
  return invalid(
    `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${rule}`,
  );
}

/** 14 bytes for a time, and every text. Source: EventBridge user guide, "PutEvents entry size". */
function entryBytes(entry: Record<string, unknown>): number {
  const resources = Array.isArray(entry.Resources) ? entry.Resources : [];
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...resources];
  const textBytes = texts.reduce((sum: number, text) => sum + Buffer.byteLength(textOr(text)), 0);
  return textBytes + (entry.Time === undefined ? 0 : 14);
}

function textOr(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Turns an entry into an event, or returns the error that AWS would return. */
export function acceptEntry(
  entry: Record<string, unknown>,
  context: BusContext,
): EventEnvelope | Exclude<EntryResult, { EventId: string }> {
  for (const field of ["Source", "DetailType", "Detail"]) {
    if (textOr(entry[field]) === "") return missing(field);
  }
  const refusal = refuseOrigin(entry, context.bus);
  if (refusal !== null) return refusal;
  const detail = parseDetail(textOr(entry.Detail));
  if (detail === null) {
    return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  }
  return {
    version: "0",
    id: context.newId(),
    "detail-type": textOr(entry.DetailType),
    source: textOr(entry.Source),
    account: LOCAL_ACCOUNT,
    time: timeOf(entry.Time, context),
    region: context.region,
    resources: Array.isArray(entry.Resources) ? entry.Resources.map(String) : [],
    detail,
  };
}

function missing(field: string): Exclude<EntryResult, { EventId: string }> {
  return {
    ErrorCode: "InvalidArgument",
    ErrorMessage: `Parameter ${field} is not valid. Reason: ${field} is a required argument.`,
  };
}

function refuseOrigin(
  entry: Record<string, unknown>,
  bus: string,
): Exclude<EntryResult, { EventId: string }> | null {
  const source = textOr(entry.Source);
  if (source.startsWith("aws.")) {
    return {
      ErrorCode: "NotAuthorizedForSourceException",
      ErrorMessage: `Not authorized for the source ${source}.`,
    };
  }
  // Stricter than AWS, which accepts events for a bus that does not exist and drops them.
  const wanted = textOr(entry.EventBusName) || "default";
  if (wanted === bus) return null;
  return {
    ErrorCode: "ResourceNotFoundException",
    ErrorMessage: `Event bus ${wanted} does not exist.`,
  };
}

function parseDetail(text: string): Record<string, unknown> | null {
  try {
    const detail: unknown = JSON.parse(text);
    return isObject(detail) ? detail : null;
  } catch {
    return null;
  }
}

/** A request has instants as Unix seconds, an envelope as whole seconds in ISO 8601. */
function timeOf(seconds: unknown, context: BusContext): string {
  const at = typeof seconds === "number" ? new Date(seconds * 1_000) : context.now();
  if (Number.isNaN(at.getTime())) {
    throw new RequestRefusal(400, "SerializationException", `Time is out of range: ${seconds}`);
  }
  return at.toISOString().replace(/\.\d+Z$/, "Z");
}

import {
  type AwsAnswer,
  type AwsRequest,
  SignedSender,
} from "../../functions/adapters/signed-request/signed-request.ts";
import { isFields } from "../../shared/input/input.ts";
import { type DurationMs, type RegionName, SECOND_MS } from "../../shared/units.ts";
import { type Environment, endpointOf } from "../fleet/endpoints.ts";
import { QUESTIONS, type Question, type QuestionName } from "./questions.ts";

/** What came of a question. */
export type Reply =
  | { readonly kind: "answer"; readonly fields: Fields; readonly text: string }
  /** What is asked for does not exist. */
  | { readonly kind: "gone" }
  | { readonly kind: "denied"; readonly action: string }
  | { readonly kind: "failed"; readonly code: string };

/** A JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** What is asked with a question: the body of a JSON request, or a path. */
export interface Asked {
  readonly region: RegionName;
  readonly body?: Fields;
  /** Of a GET; or of a form's POST if there is a form. */
  readonly path?: string;
  readonly form?: string;
}

/** The code of a question that nobody answered. */
export const NO_ANSWER = "there was no answer";

/** Asks AWS. */
export type AskAws = (question: QuestionName, asked: Asked) => Promise<Reply>;

/** Regions may be on the other side of the world. */
const PATIENCE = {
  attemptMs: 5 * SECOND_MS,
  longestMs: 12 * SECOND_MS,
  connectMs: 5 * SECOND_MS,
} as const satisfies Readonly<Record<string, DurationMs>>;

/** Opens the way to AWS with the usual credentials; the environment may name other endpoints, as for the SDK. */
export function openAws(env: Environment, sender = new SignedSender(PATIENCE)): AskAws {
  return async (name, asked) => {
    const question: Question = QUESTIONS[name];
    const request = requestOf(question, asked);
    const endpoint = endpointOf(question.service, env) ?? request.endpoint;
    return replyOf(question, await sender.send({ ...request, endpoint }));
  };
}

function requestOf({ service, target }: Question, asked: Asked): AwsRequest {
  const { region, body, path = "/", form } = asked;
  if (form !== undefined)
    return {
      ...{ service, ...identityPlace(region), path, body: form },
      headers: { "content-type": "application/x-www-form-urlencoded" },
    };
  if (target === undefined) return { service, region, method: "GET", path, headers: {}, body: "" };
  const [operation, version] = target;
  const headers = {
    "content-type": `application/x-amz-json-${version}`,
    "x-amz-target": operation,
  };
  return { service, region, path, headers, body: JSON.stringify(body ?? {}) };
}

/** IAM is one service for all regions of a partition. Source: AWS general reference, "IAM endpoints". */
function identityPlace(region: RegionName): Pick<AwsRequest, "region" | "endpoint"> {
  if (region.startsWith("cn-"))
    return { region: "cn-north-1", endpoint: "https://iam.cn-north-1.amazonaws.com.cn" };
  if (region.startsWith("us-gov-"))
    return { region: "us-gov-west-1", endpoint: "https://iam.us-gov.amazonaws.com" };
  return { region: "us-east-1", endpoint: "https://iam.amazonaws.com" };
}

function replyOf({ action }: Question, answer: AwsAnswer | null): Reply {
  if (answer === null) return { kind: "failed", code: NO_ANSWER };
  const { statusCode, text } = answer;
  const fields = fieldsOf(text);
  if (statusCode === 200) return { kind: "answer", fields, text };
  const said = typeOf(fields) ?? /<Code>(\w{1,100})<\/Code>/.exec(text)?.[1] ?? "";
  if (/^AccessDenied|^NotAuthorized/.test(said) || isUnauthorised(answer))
    return { kind: "denied", action };
  if (statusCode === 404 || /NotFound|NonExistent|DoesNotExist|NoSuchEntity/.test(said))
    return { kind: "gone" };
  return { kind: "failed", code: said === "" ? `the status was ${statusCode}` : said };
}

/** Lambda and Scheduler name the error in a header only, and in a sentence. */
function isUnauthorised({ statusCode, text }: AwsAnswer): boolean {
  return statusCode === 403 && text.includes("not authorized to perform");
}

function typeOf({ __type: type, code }: Fields): string | undefined {
  const text = typeof type === "string" ? type : code;
  return typeof text === "string" ? /([A-Za-z]{1,100})$/.exec(text)?.[1] : undefined;
}

function fieldsOf(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}

/** A field that is an object; empty if it is none. */
export function partOf(fields: Fields, name: string): Fields {
  const value = fields[name];
  return isFields(value) ? value : {};
}

/** A field that is a list of objects; empty if it is none. */
export function listOf(fields: Fields, name: string): Fields[] {
  const value = fields[name];
  return Array.isArray(value) ? value.filter(isFields) : [];
}

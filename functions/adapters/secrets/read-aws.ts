import { isFields } from "../../../shared/input/input.ts";
import type { SecretReference } from "../../../shared/task/task.ts";
import type { RegionName } from "../../../shared/units.ts";
import { SecretError } from "../../ports/secret-reader.ts";
import type { AwsAnswer, SignedSender } from "../signed-request/signed-request.ts";
import { MOST_SECRET_BYTES } from "./limits.ts";

/** The services that keep secrets, by the beginning of a reference, which is also their name in endpoints. */
type Service = "secretsmanager" | "ssm";

interface Operation {
  readonly target: string;
  readonly bodyOf: (name: string) => object;
  readonly textIn: (answer: Readonly<Record<string, unknown>>) => unknown;
}

/**
 * Sources: Secrets Manager API Reference, "GetSecretValue"; Systems Manager API Reference,
 * "GetParameter"; AWS JSON 1.1 protocol.
 */
const OPERATIONS: Readonly<Record<Service, Operation>> = {
  secretsmanager: {
    target: "secretsmanager.GetSecretValue",
    bodyOf: (name) => ({ SecretId: name }),
    textIn: ({ SecretString }) => SecretString,
  },
  ssm: {
    target: "AmazonSSM.GetParameter",
    bodyOf: (name) => ({ Name: name, WithDecryption: true }),
    textIn: ({ Parameter }) => fieldsOf(Parameter).Value,
  },
};

/** Where a service is, instead of its endpoint in the region. */
export type Endpoints = Readonly<Record<Service, string | undefined>>;

/** Reads secrets of one region from AWS; what it says of a failure is a constant. */
export class AwsSecrets {
  readonly #region: RegionName;
  readonly #endpoints: Endpoints;
  readonly #sender: Pick<SignedSender, "send">;

  constructor(sender: Pick<SignedSender, "send">, region: RegionName, endpoints: Endpoints) {
    this.#sender = sender;
    this.#region = region;
    this.#endpoints = endpoints;
  }

  hasEndpoint(reference: SecretReference): boolean {
    return Boolean(this.#endpoints[serviceOf(reference)]);
  }

  async read(reference: SecretReference): Promise<string> {
    const service = serviceOf(reference);
    const { target, bodyOf, textIn } = OPERATIONS[service];
    const answer = await this.#sender.send({
      service,
      region: this.#region,
      path: "/",
      endpoint: this.#endpoints[service] || undefined,
      headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": target },
      body: JSON.stringify(bodyOf(reference.slice(service.length + 1))),
    });
    if (answer === null) throw new SecretError(reference, "NO_ANSWER");
    if (answer.statusCode !== 200) throw new SecretError(reference, codeOf(answer));
    const text = textIn(parse(answer));
    if (typeof text !== "string") throw new SecretError(reference, "NOT_A_TEXT");
    if (Buffer.byteLength(text) > MOST_SECRET_BYTES) throw new SecretError(reference, "TOO_LONG");
    return text;
  }
}

function serviceOf(reference: SecretReference): Service {
  return reference.startsWith("ssm:") ? "ssm" : "secretsmanager";
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function parse({ text }: AwsAnswer): Fields {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return {};
  }
}

/** The name of an error in the JSON protocol, without its namespace, e.g. `AccessDeniedException`. */
const ERROR_NAME = /^(?:[\w.]{1,200}#)?([A-Za-z]{1,64})$/;

function codeOf(answer: AwsAnswer): string {
  const { __type: type } = parse(answer);
  const [, name] = ERROR_NAME.exec(typeof type === "string" ? type : "") ?? [];
  return name ?? `HTTP_${answer.statusCode}`;
}

import { createRequire } from "node:module";
import { KeptLevel } from "./kept-level.ts";

// The parts of dynalite behind its HTTP server. That server takes any Host, Origin and signature, and
// throws in its thread for an upload that is aborted, for a body that is null, and for a failed write.

type Done = (error: unknown, data?: object) => void;

interface Store {
  readonly db: KeptLevel;
  readonly lifecycleManager: { gracefulClose(): Promise<void> };
}

interface Validations {
  checkTypes(data: object, types: object): object;
  checkValidations(data: object, types: object, custom: unknown, store: Store): void;
}

interface ActionTypes {
  readonly types: object;
  readonly custom?: unknown;
}

type Action = (store: Store, data: object, done: Done) => void;

/** An answer of the database: its HTTP status, and its body as JSON. */
export interface DatabaseAnswer {
  readonly status: number;
  readonly body: string;
}

/** The embedded DynamoDB on one folder, without a port. */
export interface DynaliteStore {
  /** Never rejects: a request that is wrong, or that fails, has an answer that says so. */
  run(target: string, body: Uint8Array): Promise<DatabaseAnswer>;
  /** What it stores in; to be started before the first request. */
  readonly level: KeptLevel;
  close(): Promise<void>;
}

const OPERATIONS = [
  ...["BatchGetItem", "BatchWriteItem", "CreateTable", "DeleteItem", "DeleteTable"],
  ...["DescribeTable", "DescribeTimeToLive", "GetItem", "ListTables", "PutItem", "Query", "Scan"],
  ...["UpdateItem", "UpdateTable"],
];

const load = createRequire(import.meta.resolve("dynalite"));
// dynalite makes its store with this class, so it must be there before dynalite is loaded.
Object.assign(load("level"), { Level: KeptLevel });
const { create }: { create(options: object): Store } = load("./db");
const checks: Validations = load("./validations");

const loaded = new Map(
  OPERATIONS.map((operation) => {
    const file = operation.charAt(0).toLowerCase() + operation.slice(1);
    const types: ActionTypes = load(`./validations/${file}`);
    const action: Action = load(`./actions/${file}`);
    return [`DynamoDB_20120810.${operation}`, { types, action }];
  }),
);

/** Opens the store in `path`; new tables can be used at once. */
export function openDynalite(path: string): DynaliteStore {
  const store = create({ path, createTableMs: 0 });
  return {
    run: async (target, body) => {
      try {
        return { status: 200, body: JSON.stringify(await runOperation(store, target, body)) };
      } catch (error) {
        return answerTo(error);
      }
    },
    level: store.db,
    close: () => store.lifecycleManager.gracefulClose(),
  };
}

/** A refusal in the form of dynalite's own. */
class BadRequest extends Error {
  readonly statusCode = 400;
  readonly body: object;

  constructor(type: string, message: string) {
    super(message);
    this.body = { __type: `com.amazon.coral.service#${type}`, message };
  }
}

async function runOperation(store: Store, target: string, body: Uint8Array): Promise<object> {
  const operation = loaded.get(target);
  if (operation === undefined) {
    throw new BadRequest("UnknownOperationException", `Not offered here: ${target}`);
  }
  const data = checkRequest(store, parseBody(body), operation.types);
  return await new Promise<object>((resolve, reject) => {
    operation.action(store, data, (error, answer = {}) => {
      if (error) reject(error);
      else resolve(answer);
    });
  });
}

function parseBody(body: Uint8Array): object {
  const malformed = new BadRequest("SerializationException", "The body must be a JSON object");
  try {
    const data: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
    if (typeof data === "object" && data !== null && !Array.isArray(data)) return data;
  } catch {
    throw malformed;
  }
  throw malformed;
}

/** dynalite throws a TypeError for some values of another type than it expects. */
function checkRequest(store: Store, body: object, { types, custom }: ActionTypes): object {
  try {
    const data = checks.checkTypes(body, types);
    checks.checkValidations(data, types, custom, store);
    return data;
  } catch (error) {
    if (isRefusal(error)) throw error;
    throw new BadRequest("SerializationException", String(error));
  }
}

function answerTo(error: unknown): DatabaseAnswer {
  if (isRefusal(error)) return { status: error.statusCode, body: JSON.stringify(error.body) };
  const failure = { __type: "InternalServerError", message: String(error) };
  return { status: 500, body: JSON.stringify(failure) };
}

function isRefusal(
  error: unknown,
): error is { readonly statusCode: number; readonly body: object } {
  return error instanceof Error && "statusCode" in error && "body" in error;
}

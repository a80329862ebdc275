import { type DynamoDBClient, DynamoDBServiceException } from "@aws-sdk/client-dynamodb";
import { createDynamoDbClient } from "../../functions/adapters/dynamodb/dynamodb.ts";

interface Attribute {
  readonly S?: string;
  readonly N?: string;
}

type Item = Readonly<Record<string, Attribute>>;

/** What of a request matters here. */
interface Request {
  readonly TableName: string;
  readonly Key: Item;
  readonly Item: Item;
  readonly ExpressionAttributeValues: Readonly<Record<string, Attribute>>;
}

interface Batch {
  readonly RequestItems: Readonly<
    Record<string, readonly { readonly PutRequest: { readonly Item: Item } }[]>
  >;
}

interface BatchKeys {
  readonly RequestItems: Readonly<Record<string, { readonly Keys: readonly Item[] }>>;
}

interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A partition's items as JSON, by sort key. */
type Partition = Map<string, string>;

/** A database's content that goes from one process to another. */
export type Dump = readonly (readonly [partition: string, sort: string, item: string])[];

/** A request and its answer, as they went over the wire. */
export interface WireExchange {
  readonly operation: string;
  readonly request: string;
  readonly answer: string;
}

const NOTHING = "{}";

/**
 * A DynamoDB inside the process that answers at once, behind the SDK's own serialising and signing:
 * what is measured is the function's work without the network's. It knows what the functions ask and
 * takes every condition for met.
 */
export class InstantDatabase {
  readonly #partitions = new Map<string, Partition>();
  readonly #heard: (exchange: WireExchange) => void;

  /** `heard` is told of each request and its answer, as JSON. */
  constructor(heard: (exchange: WireExchange) => void = () => undefined) {
    this.#heard = heard;
  }

  /** The adapters' own client, whose requests come here. */
  client(region: string): DynamoDBClient {
    return createDynamoDbClient(region, {
      credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
      requestHandler: {
        handle: async (request: HttpRequest) => ({ response: this.#answer(request) }),
        destroy: () => undefined,
      },
    });
  }

  dump(): Dump {
    return [...this.#partitions].flatMap(([partition, items]) =>
      [...items].map(([sort, item]) => [partition, sort, item] as const),
    );
  }

  load(dump: Dump): void {
    for (const [partition, sort, item] of dump) this.#partition(partition).set(sort, item);
  }

  #answer({ headers, body }: HttpRequest) {
    const operation = headers["x-amz-target"]?.split(".")[1] ?? "";
    const request = typeof body === "string" ? body : new TextDecoder().decode(body);
    const answer = this.#perform(operation, request);
    this.#heard({ operation, request, answer });
    return {
      statusCode: 200,
      headers: { "content-type": "application/x-amz-json-1.0" },
      body: Buffer.from(answer),
    };
  }

  #perform(operation: string, text: string): string {
    if (operation === "BatchWriteItem") return this.#putAll(JSON.parse(text));
    if (operation === "BatchGetItem") return this.#getAll(JSON.parse(text));
    const request: Request = JSON.parse(text);
    if (operation === "GetItem") return this.#get(request);
    if (operation === "Query") return this.#query(request);
    if (operation === "Scan") return this.#scan(request);
    if (operation === "PutItem") return this.#put(request);
    if (operation === "DeleteItem") return this.#delete(request);
    throw new DynamoDBServiceException({
      name: "UnknownOperationException",
      message: `Not offered here: ${operation}`,
      $fault: "client",
      $metadata: {},
    });
  }

  #putAll({ RequestItems }: Batch): string {
    for (const [TableName, requests] of Object.entries(RequestItems))
      for (const { PutRequest } of requests) this.#put({ TableName, Item: PutRequest.Item });
    return '{"UnprocessedItems":{}}';
  }

  #getAll({ RequestItems }: BatchKeys): string {
    const found = Object.entries(RequestItems).map(([table, { Keys }]) => {
      const items = Keys.flatMap((key) => this.#find(table, key) ?? []);
      return `"${table}":[${items.join(",")}]`;
    });
    return `{"Responses":{${found.join(",")}},"UnprocessedKeys":{}}`;
  }

  #find(table: string, key: Item): string | undefined {
    const { partition, sort } = placeOf(table, key);
    return this.#partition(partition).get(sort);
  }

  #get({ TableName, Key }: Request): string {
    const item = this.#find(TableName, Key);
    return item === undefined ? NOTHING : `{"Item":${item}}`;
  }

  #put({ TableName, Item }: Pick<Request, "TableName" | "Item">): string {
    const { partition, sort } = placeOf(TableName, Item);
    this.#partition(partition).set(sort, JSON.stringify(Item));
    return NOTHING;
  }

  #delete({ TableName, Key }: Request): string {
    const { partition, sort } = placeOf(TableName, Key);
    this.#partition(partition).delete(sort);
    return NOTHING;
  }

  #query({ TableName, ExpressionAttributeValues: values }: Request): string {
    const partition = this.#partition(partitionName(TableName, values[":pk"] ?? values[":name"]));
    const first = sortOf(values[":first"]) ?? "";
    const last = sortOf(values[":last"]) ?? "\uffff";
    const within = [...partition].filter(([sort]) => sort >= first && sort <= last);
    const items = within.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
    return `{"Items":[${items.join(",")}]}`;
  }

  #scan({ TableName }: Request): string {
    const own = [...this.#partitions].filter(([name]) => name.startsWith(`${TableName}/`));
    return `{"Items":[${own.flatMap(([, items]) => [...items.values()]).join(",")}]}`;
  }

  #partition(name: string): Partition {
    const held = this.#partitions.get(name);
    if (held !== undefined) return held;
    const made: Partition = new Map();
    this.#partitions.set(name, made);
    return made;
  }
}

/** Tables of the functions have `pk`, and `sk` or not, or a `name`, or a task's name and a time. */
function placeOf(table: string, key: Item): { partition: string; sort: string } {
  const partition = partitionName(table, key.pk ?? key.name ?? key.task_name);
  return { partition, sort: sortOf(key.sk ?? key.period_start) ?? "" };
}

/** Instants in seconds have equally many digits. */
function sortOf(key: Attribute | undefined): string | undefined {
  return key?.S ?? key?.N;
}

function partitionName(table: string, key: Attribute | undefined): string {
  return `${table}/${key?.S ?? ""}`;
}

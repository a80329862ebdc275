import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { closeAtOnce, openOnLoopback } from "../../fakes/loopback.ts";

/** Stands before a database and remembers what is asked of which table: `Query test-alerts`. */
export class RecordingDatabase {
  readonly asked = new Set<string>();
  readonly #database: string;
  readonly #server = createServer((request, response) => void this.#pass(request, response));

  constructor(database: string) {
    this.#database = database;
  }

  listen(): Promise<string> {
    return openOnLoopback(this.#server);
  }

  close(): Promise<void> {
    return closeAtOnce(this.#server);
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const action = String(request.headers["x-amz-target"]).replace(/^.*\./, "");
    const { TableName, RequestItems } = JSON.parse(body.toString());
    for (const table of TableName === undefined ? Object.keys(RequestItems) : [TableName])
      this.asked.add(`${action} ${table}`);
    const headers = Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value === "string" && !/^(?:host|connection|content-length)$/.test(name)
        ? [[name, value] as [string, string]]
        : [],
    );
    const answer = await fetch(this.#database, { method: "POST", headers, body });
    response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" });
    response.end(Buffer.from(await answer.arrayBuffer()));
  }
}

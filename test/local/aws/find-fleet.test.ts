import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { findFleet } from "../../../local/aws/find-fleet.ts";
import { defaultFleet } from "../../../local/aws/local-fleet.ts";
import { ACCESS_KEY, rememberRuntime } from "../../../local/aws/runtime-file.ts";
import { startEventEndpoint } from "../../../local/events/event-endpoint.ts";
import { refusedPort } from "../../fakes/tcp-server.ts";

const FLEET = defaultFleet();

/** A port of somebody who takes connections and does `answer` with each. */
async function occupyPort(answer: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    answer(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

// The process that the runtime file names is always this one: it is alive.
describe("findFleet", () => {
  let dir = "";
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "synfleet-"));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  function remember(events: string | null, changes: object = {}): void {
    const database = "http://127.0.0.1:1";
    rememberRuntime(dir, { role: "fleet", database, events, fleet: FLEET });
    const path = join(dir, "runtime.json");
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), ...changes }));
  }

  test("finds the fleet that says it is the run of the runtime file", async () => {
    const place = { bus: "local", region: "here", accessKey: ACCESS_KEY };
    const endpoint = await startEventEndpoint(place, async () => undefined);
    remember(endpoint.endpoint);
    assert.equal((await findFleet(dir)).kind, "answers");
    remember(endpoint.endpoint, { accessKey: "of an earlier run with this process id and port" });
    assert.deepEqual(await findFleet(dir), { kind: "none" });
    await endpoint.close();
  });

  test("finds none if another process has the id of the dead one", async () => {
    remember(`http://127.0.0.1:${await refusedPort()}`);
    assert.deepEqual(await findFleet(dir), { kind: "none" });
  });

  test("finds none if somebody else has the port of the dead one", async () => {
    for (const answer of ["", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", "SSH-2.0-x\r\n"]) {
      const other = await occupyPort((socket) => socket.end(answer));
      remember(other.url);
      assert.deepEqual(await findFleet(dir), { kind: "none" }, answer);
      other.close();
    }
  });

  test("finds a fleet that takes the connection and does not answer silent", async () => {
    const stopped = await occupyPort(() => undefined);
    remember(stopped.url);
    assert.equal((await findFleet(dir, 50)).kind, "silent");
    stopped.close();
  });

  test("believes the process id of a fleet of an earlier version", async () => {
    remember("http://127.0.0.1:1", { accessKey: undefined });
    assert.equal((await findFleet(dir)).kind, "answers");
  });

  test("finds none without a runtime file, with one of a command, and with a dead process id", async () => {
    assert.deepEqual(await findFleet(dir), { kind: "none" });
    remember(null, { role: "command" });
    assert.deepEqual(await findFleet(dir), { kind: "none" });
    remember(null, { pid: 2 ** 22 + 1 });
    assert.deepEqual(await findFleet(dir), { kind: "none" });
  });
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import {
  createDynamoDbClient,
  openRegionStores,
} from "../../../../functions/adapters/dynamodb/dynamodb.ts";
import { runLease } from "../../../../functions/probe/lease/lease.ts";
import { routeFault } from "../../../../functions/probe/lease/route-fault.ts";
import { aRig } from "../rig.ts";

const IN_VPC = { SYNFLEET_IPV6: "false", AWS_LAMBDA_FUNCTION_NAME: "test-probe" };

describe("a probe whose subnet has no way to DynamoDB", () => {
  const sockets: Socket[] = [];
  /** It takes every connection, and answers none. */
  const hole = createServer((socket) => sockets.push(socket.on("error", () => undefined)));
  const environment = { ...process.env };

  before(async () => {
    hole.listen(0, "127.0.0.1");
    await once(hole, "listening");
  });
  after(() => {
    process.env = environment;
    for (const socket of sockets) socket.destroy();
    hole.close();
  });

  async function fail(vpc: Readonly<Record<string, string>>): Promise<unknown> {
    process.env = { ...environment, ...vpc };
    const client = createDynamoDbClient("eu-west-1", {
      endpoint: `http://127.0.0.1:${(hole.address() as AddressInfo).port}`,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
      requestHandler: { requestTimeout: 50, throwOnRequestTimeout: true },
    });
    const rig = aRig();
    const { plans, leases } = openRegionStores({ client, fleet: "test", region: "eu-west-1" });
    const services = { ...rig.startProcess(), plans, leases };
    const error = await runLease(0, services).catch((reason: unknown) => reason);
    client.destroy();
    return error;
  }

  it("says so, and what the subnet needs", async () => {
    const error = await fail(IN_VPC);
    assert.ok(error instanceof Error);
    assert.match(
      error.message,
      /^No route to DynamoDB from this subnet: TimeoutError\. It needs a gateway endpoint/,
    );
    assert.equal(Object(error.cause).name, "TimeoutError");
  });

  it("gives the error as it is outside of a VPC", async () => {
    for (const [name, value] of Object.entries(IN_VPC)) {
      const error = await fail({ [name]: value });
      assert.equal(Object(error).name, "TimeoutError");
    }
  });
});

describe("routeFault", () => {
  for (const code of ["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "EAI_AGAIN"])
    it(`takes ${code} for a missing way`, () => {
      const error = Object.assign(new Error("x"), { code });
      assert.match(routeFault(error, IN_VPC)?.message ?? "", new RegExp(`subnet: ${code}\\.`));
    });

  it("leaves other errors alone", () => {
    const refused = Object.assign(new Error("x"), { name: "AccessDeniedException" });
    for (const error of [refused, null, "text"]) assert.equal(routeFault(error, IN_VPC), null);
  });
});

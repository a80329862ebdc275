import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { connectServices } from "../../../functions/probe/connect-services.ts";
import { ENV } from "../../../shared/contract.ts";

const ENVIRONMENT = { [ENV.fleet]: "test", AWS_REGION: "eu-west-1" };

function connect(server?: string) {
  const environment = { ...ENVIRONMENT, [ENV.clockServer]: server };
  return connectServices(environment, new AbortController().signal);
}

/** A process that connects its services so, and prints which modules of UDP it has loaded. */
const LOADED = `
  const { connectServices } = await import("./functions/probe/connect-services.ts");
  const { clockWatch } = connectServices(process.env, new AbortController().signal);
  const end = new AbortController();
  const resolve = () => ({ kind: "resolved", addresses: ["127.0.0.1"], dnsTimeMs: null });
  void clockWatch?.follow(resolve, end.signal);
  await new Promise(setImmediate);
  end.abort();
  process.stdout.write(process.moduleLoadList.filter((name) => /dgram/.test(name)).join());
`;

function loadedWith(different: Readonly<Record<string, string>>): string {
  const env = { ...ENVIRONMENT, ...different };
  const call = ["--input-type=module", "--eval", LOADED];
  return execFileSync(process.execPath, call, { env, encoding: "utf8" });
}

describe("connectServices", () => {
  it("watches the clock where a server is named", () => {
    assert.ok(connect("time.aws.com").clockWatch);
    assert.ok(connect("127.0.0.1:1123").clockWatch);
  });

  it("watches nothing where none is", () => {
    assert.equal("clockWatch" in connect(), false);
    assert.equal("clockWatch" in connect(""), false);
  });

  it("refuses what is no server", () => {
    assert.throws(() => connect("time server"), {
      name: "EnvironmentError",
      message: 'SYNFLEET_CLOCK_SERVER must be host or host:port, is "time server"',
    });
  });

  it("loads what sends UDP only where a server is asked", () => {
    assert.equal(loadedWith({}), "");
    assert.match(loadedWith({ [ENV.clockServer]: "127.0.0.1:9" }), /dgram/);
  });
});

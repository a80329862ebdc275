import assert from "node:assert/strict";
import { test } from "node:test";
import { readPorts } from "../../../cli/check/read-ports.ts";
import { fakeIo } from "../fake-io.ts";

function ports(list?: string) {
  const options = list === undefined ? {} : { ports: list };
  return readPorts({ args: [], given: [], options, io: fakeIo() });
}

test("readPorts reads a list with ranges, each port once and in its order", () => {
  assert.equal(ports(), null);
  assert.deepEqual(
    ports("443, 22,8000-8002,22,8001,65535-65535"),
    [443, 22, 8000, 8001, 8002, 65_535],
  );
  assert.equal(ports("1-1024")?.length, 1_024);
});

test("readPorts says what is wrong with a list", () => {
  const cases = [
    ["22,", /must be ports and ranges, as in 22,80,8000-8010, has ""/],
    ["ssh", /has "ssh"/],
    ["1-2-3", /has "1-2-3"/],
    ["0", /must be from 1 to 65535, has "0"/],
    ["65535-65536", /must be from 1 to 65535, has "65535-65536"/],
    ["90-80", /has "90-80", which ends before it begins/],
    ["1-1025", /must be at most 1024 ports/],
    ["1-65535,1-65535", /must be at most 1024 ports/],
  ] as const;
  for (const [list, message] of cases) assert.throws(() => ports(list), message);
});

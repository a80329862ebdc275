import assert from "node:assert/strict";
import { test } from "node:test";
import { PageThread } from "../../../local/page/page-thread.ts";

/** A thread that says at which port it was to listen, and dies when it is poked. */
const MORTAL = `
  import { parentPort, workerData } from "node:worker_threads";
  const port = workerData.place.port || 4711;
  parentPort.on("message", ({ kind }) => {
    if (kind === "poke") throw new Error("poked");
    if (kind === "serve") parentPort.postMessage({ kind: "note", sentence: "serves" });
    if (kind === "close") parentPort.postMessage({ kind: "closed" });
  });
  parentPort.postMessage({ kind: "listening", url: "http://127.0.0.1:" + port, port });
`;

test("PageThread starts a thread that died again, at the same port, and has it serve", async () => {
  const told: string[] = [];
  const { promise: servesAgain, resolve } = Promise.withResolvers<void>();
  const { thread, url } = await PageThread.start({
    fleet: { name: "local", home: "a", regions: [] },
    place: { address: "127.0.0.1", port: 0, names: [], token: null },
    version: "0",
    database: "http://127.0.0.1:1",
    accessKey: "k",
    file: new URL(`data:text/javascript,${encodeURIComponent(MORTAL)}`),
    restartPauseMs: 1,
    warn: (sentence) => {
      told.push(sentence);
      if (told.filter((each) => each === "serves").length === 2) resolve();
    },
  });
  assert.equal(url, "http://127.0.0.1:4711");
  thread.serve();
  thread.poke();
  await servesAgain;
  await thread.close();
  assert.deepEqual(told.sort(), [
    "The page is there again: http://127.0.0.1:4711",
    "The page's thread failed: Error: poked",
    "serves",
    "serves",
  ]);
});

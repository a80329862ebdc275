import { parentPort, threadId, workerData } from "node:worker_threads";
import type { DatabaseMessage, DatabaseRequest } from "../../../local/aws/database-thread.ts";

// In place of the database's thread: answers with the number of its thread, or ends as it is told.

const { dir }: { dir: string } = workerData;

function say(message: DatabaseMessage): void {
  parentPort?.postMessage(message);
}

parentPort?.on("message", (request: DatabaseRequest) => {
  if (request.kind === "close") parentPort?.close();
  else if (request.kind === "fail" || request.target === "throw") throw new TypeError("poison");
  else if (request.target === "exit") process.exit(1);
  else if (request.target !== "hang") {
    say({ kind: "answered", id: request.id, answer: { status: 200, body: String(threadId) } });
  }
});

if (dir.endsWith("locked")) say({ kind: "locked" });
else say({ kind: "ready" });

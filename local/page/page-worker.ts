import { parentPort, workerData } from "node:worker_threads";
import type { OutgoingEvent } from "../../shared/event/event.ts";
import { startListener } from "../../web/server/listener.ts";
import type { PageServer } from "../../web/server/page-server.ts";
import type { PageMessage, PageOrder, PageThreadData } from "./page-thread.ts";

const data: PageThreadData = workerData;

function say(message: PageMessage): void {
  parentPort?.postMessage(message);
}

let serving: Promise<PageServer> | null = null;

// What answers is loaded after the fleet's start, or for the first request, so that the start is not
// slower.
function serve(): Promise<PageServer> {
  serving ??= loadServer();
  return serving;
}

async function loadServer(): Promise<PageServer> {
  const openPage = (await import("./open-page.ts")).openPage;
  return openPage(listener, data, (sentence) => say({ kind: "note", sentence }));
}

async function close(): Promise<void> {
  if (serving !== null) await (await serving).close();
  else await listener.close();
  say({ kind: "closed" });
}

async function take(order: PageOrder): Promise<void> {
  if (order.kind === "serve") (await serve()).warm();
  else if (order.kind === "close") await close();
  // Without a server there is nobody who listens.
  else if (serving !== null && order.kind === "poke") (await serving).poke();
  else if (serving !== null && order.kind === "event")
    (await serving).tell(order.event as OutgoingEvent);
}

const listener = await startListener({ ...data.place, onAsked: () => void serve() });
parentPort?.on("message", (order: PageOrder) => void take(order));
say({ kind: "listening", url: listener.url, port: listener.port });

import type { OutgoingEvent } from "../../shared/event/event.ts";
import type { EventEnvelope } from "../events/put-events.ts";
import { PageThread, type PageThreadSetup } from "./page-thread.ts";

/** The page of a run. */
export interface RunPage extends Pick<PageThread, "serve" | "poke" | "close"> {
  readonly url: string;
  /** An event came to the bus. */
  takeEvent(event: EventEnvelope): void;
}

/** Starts the page of a run; null, with a note, if it can't be there. The run goes on without it. */
export async function openRunPage(setup: PageThreadSetup): Promise<RunPage | null> {
  try {
    const { thread, url } = await PageThread.start(setup);
    return {
      url,
      serve: () => thread.serve(),
      poke: () => thread.poke(),
      close: () => thread.close(),
      takeEvent: (event) => thread.takeEvent(storedForm(event)),
    };
  } catch (error) {
    setup.warn(`${whyNot(error, setup.place.port)} The fleet goes on without a page.`);
    return null;
  }
}

/** An event as its sender had it: the bus gives each delivery an id of its own. */
function storedForm({ id, time, resources, detail, ...envelope }: EventEnvelope): OutgoingEvent {
  return {
    id: typeof detail.id === "string" ? detail.id : id,
    detailType: envelope["detail-type"] as OutgoingEvent["detailType"],
    time: Date.parse(time),
    resources,
    detail,
  };
}

function whyNot(error: unknown, port: number): string {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "EADDRINUSE") return `Port ${port} is taken: name another with --page PORT.`;
  if (code === "EACCES") return `Port ${port} may not be used: name another with --page PORT.`;
  if (code === "EADDRNOTAVAIL") return "--listen names no address of this machine.";
  return `The page could not be started: ${String(error)}.`;
}

import { EVENT_SOURCE } from "../../shared/contract.ts";
import type { NotifyEvent } from "./message/event.ts";
import type { Build, Note, NotifyTarget, Sending } from "./message/service.ts";
import type { Outcome } from "./outcome.ts";
import { send } from "./send.ts";

/** When a test is made, and its id. */
export interface TestMoment {
  readonly id: string;
  readonly time: string;
}

const TITLE = "TEST: Synfleet";
const TEXT = "This is a test: messages of Synfleet arrive here. Nothing is wrong.";

/** Sends a test message to a target. An alert that it opens is closed at once. */
export async function sendTest(target: NotifyTarget, moment: TestMoment): Promise<Outcome> {
  for (const sending of sendingsOf(target, target.build, moment)) {
    const outcome = await send(sending, target.secrets);
    if (outcome.kind !== "delivered") return outcome;
  }
  return { kind: "delivered" };
}

/** The requests of a test message as lines, without anything secret. */
export function printTest(target: NotifyTarget, moment: TestMoment): string[] {
  return sendingsOf(target, target.buildMasked, moment).flatMap((one) => [...linesOf(one), ""]);
}

function sendingsOf(
  { service, pageUrl }: NotifyTarget,
  build: Build,
  moment: TestMoment,
): readonly Sending[] {
  const steps = service.opensAlerts === true ? (["trigger", "resolve"] as const) : ["trigger"];
  return steps.flatMap((step) => build(noteOf(step, moment, pageUrl)) ?? []);
}

function noteOf(step: string, { id, time }: TestMoment, pageUrl: string | null): Note {
  const event = eventOf(step, { id, time });
  return {
    id: event.id,
    event,
    message: {
      ...{ tone: "info", title: TITLE, text: TEXT, facts: [{ name: "Sent", value: time }] },
      links: pageUrl === null ? [] : [{ label: "Page", url: `${pageUrl}/` }],
    },
  };
}

/** An event with the fields of an alert, for what fills a template or goes by a key. */
function eventOf(step: string, { id, time }: TestMoment): NotifyEvent {
  const isOver = step === "resolve";
  const detail = {
    ...{ id: `${id}-${step}`, is_test: true, task_name: "Synfleet test", summary: TEXT },
    ...{ state: "TEST", previous_state: "TEST", severity: isOver ? "ok" : "info", tags: {} },
    pagerduty: {
      event_action: step,
      dedup_key: `synfleet-test-${id}`,
      payload: { summary: `${TITLE}: ${TEXT}`, severity: "info", source: "synfleet" },
    },
  };
  return {
    ...{ id: `${id}-${step}`, "detail-type": "Probe Fleet Test", source: EVENT_SOURCE },
    ...{ time, detail },
  };
}

function linesOf(sending: Sending): string[] {
  if (sending.kind === "http") {
    const { method, url, headers, body } = sending;
    const named = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    return [`${method} ${url}`, ...named, "", ...indented(body).split("\n")];
  }
  const { server, mail } = sending;
  const user = server.user === null ? "" : `, user ${server.user}`;
  return [
    `SMTP ${server.host}:${server.port} (${server.tls}${user})`,
    ...[`From: ${mail.from}`, `To: ${mail.to.join(", ")}`, `Subject: ${mail.subject}`, ""],
    ...mail.text.split("\n"),
  ];
}

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

import { isFields } from "../../../shared/input/input.ts";
import { needText, readUrl, urlBelow } from "../message/fields.ts";
import type { Message, Tone } from "../message/message.ts";
import type { Service } from "../message/service.ts";
import { isOver } from "../message/subject.ts";
import { cutText } from "../message/text.ts";
import { jsonPost } from "./json-post.ts";

const URL_OF_API = "https://api.opsgenie.com";

// https://docs.opsgenie.com/docs/alert-api: what each field may hold.
const MOST = { message: 130, description: 15_000, entity: 512 };

const PRIORITIES: Readonly<Record<Tone, string>> = {
  critical: "P1",
  warning: "P3",
  good: "P5",
  info: "P5",
};

/** Alerts of Opsgenie: made when something opens, closed by their alias when it is over. */
export const opsgenie: Service = {
  title: "Opsgenie",
  fields: ["api_key", "url"],
  secretFields: ["api_key"],
  combines: false,
  opensAlerts: true,
  open: (item) => {
    const headers = { authorization: `GenieKey ${needText(item, "api_key")}` };
    const url = readUrl(item, "url", URL_OF_API);
    return ({ event, message }) => {
      const alias = aliasOf(event.detail);
      if (alias === null) return null;
      const alerts = urlBelow(url, "/v2/alerts");
      if (!isOver(event)) return jsonPost(alerts, alertOf(message, alias), headers);
      const close = `${alerts}/${encodeURIComponent(alias)}/close?identifierType=alias`;
      const note = cutText(message.text, MOST.description);
      return jsonPost(close, { source: "Synfleet", note }, headers);
    };
  },
};

/** The same for all events of one task, of one group or of one storm. */
function aliasOf({ pagerduty }: Readonly<Record<string, unknown>>): string | null {
  const key = isFields(pagerduty) ? pagerduty.dedup_key : undefined;
  return typeof key === "string" ? key : null;
}

function alertOf({ title, text, tone, facts, links }: Message, alias: string): object {
  const lines = links.map(({ label, url }) => `${label}: ${url}`);
  return {
    message: cutText(title, MOST.message),
    alias,
    description: cutText([text, ...lines].join("\n"), MOST.description),
    priority: PRIORITIES[tone],
    source: "Synfleet",
    entity: cutText(title, MOST.entity),
    details: Object.fromEntries(facts.map(({ name, value }) => [name.toLowerCase(), value])),
  };
}

import { isFields } from "../../../shared/input/input.ts";
import { needText, readUrl } from "../message/fields.ts";
import type { Service } from "../message/service.ts";
import { jsonPost } from "./json-post.ts";

const URL_OF_EVENTS = "https://events.pagerduty.com/v2/enqueue";

/** A service of PagerDuty, through its Events API v2. Events bring the body along. */
export const pagerduty: Service = {
  title: "PagerDuty",
  fields: ["routing_key", "url"],
  secretFields: ["routing_key"],
  combines: false,
  opensAlerts: true,
  open: (item) => {
    const routingKey = needText(item, "routing_key");
    const url = readUrl(item, "url", URL_OF_EVENTS);
    return ({ event, message }) => {
      const body = event.detail.pagerduty;
      if (!isFields(body)) return null;
      const links = message.links.map(({ label, url: href }) => ({ href, text: label }));
      return jsonPost(url, { ...body, routing_key: routingKey, client: "Synfleet", links });
    };
  },
};

import { needText, readText, readUrl } from "../message/fields.ts";
import type { Message, Tone } from "../message/message.ts";
import type { Service } from "../message/service.ts";
import { cutBytes } from "../message/text.ts";
import { jsonPost } from "./json-post.ts";

const URL_OF_SERVER = "https://ntfy.sh";

/** A longer message becomes an attachment. https://docs.ntfy.sh/publish/#limitations */
const MOST = { title: 250, message: 3_500 };

const LOOKS: Readonly<Record<Tone, { priority: number; tags: readonly string[] }>> = {
  critical: { priority: 5, tags: ["rotating_light"] },
  warning: { priority: 4, tags: ["warning"] },
  good: { priority: 3, tags: ["white_check_mark"] },
  info: { priority: 2, tags: ["information_source"] },
};

/** A topic of ntfy. The message is JSON, so that nothing of it is in a header. */
export const ntfy: Service = {
  title: "ntfy",
  fields: ["url", "topic", "token"],
  secretFields: ["token", "topic"],
  combines: true,
  open: (item) => {
    const url = readUrl(item, "url", URL_OF_SERVER);
    const topic = needText(item, "topic");
    const token = readText(item, "token");
    const headers: Record<string, string> =
      token === null ? {} : { authorization: `Bearer ${token}` };
    return ({ message }) => jsonPost(url, { topic, ...bodyOf(message) }, headers);
  },
};

function bodyOf({ tone, title, text, facts, links }: Message): object {
  const lines = facts.map(({ name, value }) => `${name}: ${value}`);
  const [first] = links;
  return {
    title: cutBytes(title, MOST.title),
    message: cutBytes([text, ...lines].join("\n"), MOST.message),
    ...LOOKS[tone],
    ...(first !== undefined && { click: first.url }),
    ...(links.length > 0 && {
      actions: links.map(({ label, url }) => ({ action: "view", label, url })),
    }),
  };
}

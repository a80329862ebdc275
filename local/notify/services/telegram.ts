import { needText, readUrl, urlBelow } from "../message/fields.ts";
import type { Message } from "../message/message.ts";
import type { Service } from "../message/service.ts";
import { escapeMarkup, escapeWithin } from "../message/text.ts";
import { jsonPost } from "./json-post.ts";

const URL_OF_API = "https://api.telegram.org";

/** A text may have 4,096 characters. https://core.telegram.org/bots/api#sendmessage */
const MOST = { title: 256, text: 2_200, value: 150, link: 300 };

/** A chat of Telegram, through a bot. */
export const telegram: Service = {
  title: "Telegram",
  fields: ["token", "chat_id", "url"],
  secretFields: ["token"],
  combines: true,
  open: (item) => {
    const token = needText(item, "token");
    const chatId = needText(item, "chat_id");
    const url = urlBelow(readUrl(item, "url", URL_OF_API), `/bot${token}/sendMessage`);
    return ({ message }) =>
      jsonPost(url, {
        chat_id: chatId,
        text: htmlOf(message),
        parse_mode: "HTML",
        link_preview_options: { is_disabled: true },
      });
  },
};

function htmlOf({ title, text, facts, links }: Message): string {
  const written = (plain: string, most: number) => escapeWithin(plain, most, escapeMarkup);
  return [
    `<b>${written(title, MOST.title)}</b>`,
    written(text, MOST.text),
    ...facts.map(({ name, value }) => `${name}: ${written(value, MOST.value)}`),
    // Telegram makes no link of an address without a dot, so it is written out.
    ...links
      .filter(({ url }) => url.length <= MOST.link)
      .map(({ label, url }) => `${label}: ${written(url, MOST.link + 1)}`),
  ].join("\n");
}

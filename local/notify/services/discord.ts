import { readUrl } from "../message/fields.ts";
import type { Message, Tone } from "../message/message.ts";
import type { Service } from "../message/service.ts";
import { escapeWithin } from "../message/text.ts";
import { jsonPost } from "./json-post.ts";

// https://discord.com/developers/docs/resources/message#embed-object-embed-limits
const MOST = { title: 256, description: 3_500, value: 256 };

const COLOURS: Readonly<Record<Tone, number>> = {
  critical: 0xd0342c,
  warning: 0xe0a100,
  good: 0x2e8b57,
  info: 0x5b7083,
};

/** A Discord channel, through a webhook. */
export const discord: Service = {
  title: "Discord",
  fields: ["url"],
  secretFields: ["url"],
  combines: true,
  open: (item) => {
    const url = readUrl(item, "url", null);
    return ({ message }) => jsonPost(url, bodyOf(message));
  },
};

/** Nothing in it can mention anybody, and no character is Markdown. */
function bodyOf({ tone, title, text, facts, links }: Message): object {
  const description = escapeWithin(text, MOST.description, escapeMarkdown);
  const read = links.map(({ label, url }) => `[${label}](${url.replaceAll(")", "%29")})`);
  const embed = {
    title: escapeWithin(title, MOST.title, escapeMarkdown),
    description: [description, ...(read.length > 0 ? [read.join(" · ")] : [])].join("\n"),
    color: COLOURS[tone],
    fields: facts.slice(0, 10).map(({ name, value }) => ({
      name,
      value: escapeWithin(value, MOST.value, escapeMarkdown),
      inline: true,
    })),
  };
  return { embeds: [embed], allowed_mentions: { parse: [] } };
}

function escapeMarkdown(character: string): string {
  return /[\\*_~`|>#\-[\]()<@:]/.test(character) ? `\\${character}` : character;
}

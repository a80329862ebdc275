import { readUrl } from "../message/fields.ts";
import type { Message, Tone } from "../message/message.ts";
import type { Service } from "../message/service.ts";
import { cutText, escapeMarkup, escapeWithin } from "../message/text.ts";
import { jsonPost } from "./json-post.ts";

// https://docs.slack.dev/reference/block-kit/blocks: what each part may hold at most.
const MOST = { header: 150, section: 3_000, field: 2_000, fallback: 3_000 };

const COLOURS: Readonly<Record<Tone, string>> = {
  critical: "#d0342c",
  warning: "#e0a100",
  good: "#2e8b57",
  info: "#5b7083",
};

/** A Slack channel, through an incoming webhook. */
export const slack: Service = {
  title: "Slack",
  fields: ["url"],
  secretFields: ["url"],
  combines: true,
  open: (item) => {
    const url = readUrl(item, "url", null);
    return ({ message }) => jsonPost(url, bodyOf(message));
  },
};

/** Only `&`, `<` and `>` mean something there: an escaped name can mention no channel and no person. */
function bodyOf({ tone, title, text, facts, links }: Message): object {
  const blocks = [
    {
      type: "header",
      text: { type: "plain_text", text: cutText(title, MOST.header), emoji: false },
    },
    section(escapeWithin(text, MOST.section, escapeMarkup)),
    ...(facts.length > 0 ? [{ type: "section", fields: facts.slice(0, 10).map(fieldOf) }] : []),
    ...(links.length > 0 ? [section(links.map(linkOf).join("  ·  "))] : []),
  ];
  const fallback = escapeWithin(`${title}\n${text}`, MOST.fallback, escapeMarkup);
  return { text: fallback, attachments: [{ color: COLOURS[tone], blocks }] };
}

function section(text: string): object {
  return { type: "section", text: { type: "mrkdwn", text, verbatim: true } };
}

function fieldOf({ name, value }: Message["facts"][number]): object {
  const escaped = escapeWithin(value, MOST.field - name.length - 4, escapeMarkup);
  return { type: "mrkdwn", text: `*${name}*\n${escaped}`, verbatim: true };
}

function linkOf({ label, url }: Message["links"][number]): string {
  return `<${url.replaceAll(/[<>|&]/g, encodeURIComponent)}|${label}>`;
}

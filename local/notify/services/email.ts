import { type InputTable, readChoice, readWhole, refuse } from "../../../shared/input/input.ts";
import { needText, readText, readTexts } from "../message/fields.ts";
import type { MailSending, Note, Service } from "../message/service.ts";
import { cutText } from "../message/text.ts";

const MOST = { subject: 200, text: 50_000 };

const PORTS = { starttls: 587, implicit: 465, none: 25 } as const;

/** Mail, through a server that takes it by SMTP. */
export const email: Service = {
  title: "E-mail",
  fields: ["host", "port", "tls", "user", "password", "from", "to"],
  secretFields: ["password"],
  combines: true,
  open: (item) => {
    const server = readServer(item);
    const from = needText(item, "from");
    const to = readTexts(item, "to");
    if (item.fields.to === undefined) item.report(`${item.path}to`, "is required");
    for (const address of [from, ...to])
      checkAddress(item, address, address === from ? "from" : "to");
    return (note) => ({ kind: "mail", server, mail: { from, to, ...contentOf(note) } });
  },
};

function readServer(item: InputTable): MailSending["server"] {
  const tls = readChoice(item, "tls", ["starttls", "implicit", "none"]) ?? "starttls";
  const user = readText(item, "user");
  const password = readText(item, "password");
  if ((user === null) !== (password === null)) {
    item.report(
      `${item.path}${user === null ? "user" : "password"}`,
      "is required beside the other",
    );
  }
  const port = readPort(item) ?? PORTS[tls];
  return { host: needText(item, "host"), port, tls, user, password };
}

/** A variable of the environment is a text. */
function readPort(item: InputTable): number | undefined {
  const { port } = item.fields;
  const isText = typeof port === "string" && /^\d{1,5}$/.test(port);
  const fields = isText ? { ...item.fields, port: Number(port) } : item.fields;
  return readWhole({ ...item, fields }, "port", [1, 65_535]);
}

function checkAddress(item: InputTable, address: string, field: string): void {
  if (address === "" || /^[^@\s<>,;]+@[^@\s<>,;]+$/.test(address)) return;
  if (/^[^<>,;@]+ <[^@\s<>,;]+@[^@\s<>,;]+>$/.test(address)) return;
  refuse(item, field, "must be an address like a@example.com or Name <a@example.com>");
}

/** Titles and texts are lines without control characters, so nothing in them begins a header. */
function contentOf({ id, message }: Note): Omit<MailSending["mail"], "from" | "to"> {
  const { title, text, facts, links } = message;
  const lines = [
    text,
    "",
    ...facts.map(({ name, value }) => `${name}: ${value}`),
    ...links.map(({ label, url }) => `${label}: ${url}`),
  ];
  return {
    subject: cutText(title.replaceAll(/\s+/g, " "), MOST.subject),
    text: cutText(lines.join("\n"), MOST.text),
    messageId: `<${id}@synfleet>`,
  };
}

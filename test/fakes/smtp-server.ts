import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";

/** What a fake mail server says instead of yes, by the command it answers. */
export type SmtpAnswers = Readonly<Partial<Record<"AUTH" | "MAIL" | "RCPT" | "DATA", string>>>;

/** A mail as the server got it. */
interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

/** How a server speaks TLS: from the beginning, or when it is asked to. */
export interface SmtpTls {
  readonly mode: "implicit" | "starttls";
  readonly cert: string;
  readonly key: string;
}

/** A mail server on 127.0.0.1 that knows as much of SMTP as a client needs. */
export async function startSmtpServer(answers: SmtpAnswers = {}, tls: SmtpTls | null = null) {
  const mails: TakenMail[] = [];
  const logins: string[] = [];
  const sockets = new Set<Socket>();
  const take = (socket: Socket): void => {
    sockets.add(socket);
    talk(socket, { answers, mails, logins, upgrade: tls?.mode === "starttls" ? tls : null });
    socket.write("220 fake\r\n");
  };
  const server = tls?.mode === "implicit" ? createTlsServer(tls, take) : createServer(take);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    mails,
    logins,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

const USUAL: Readonly<Record<string, string>> = {
  AUTH: "235 ok",
  DATA: "354 go on",
  STAR: "502 no TLS here",
};

interface Talk {
  readonly answers: SmtpAnswers;
  readonly mails: TakenMail[];
  readonly logins: string[];
  /** What STARTTLS begins; null if it is not offered. */
  readonly upgrade: SmtpTls | null;
}

function talk(socket: Socket, context: Talk): void {
  const { answers, mails, logins, upgrade } = context;
  let from = "";
  let to: string[] = [];
  let pending = "";
  let isData = false;
  const say = (line: string) => socket.write(`${line}\r\n`);
  const begin = (tls: SmtpTls): void => {
    socket.removeAllListeners("data");
    say("220 go on");
    talk(new TLSSocket(socket, { isServer: true, ...tls }), { ...context, upgrade: null });
  };
  const command = (line: string): void => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === "EHLO") return void socket.write(greetingOf(upgrade));
    if (verb === "AUTH") logins.push(Buffer.from(line.slice(11), "base64").toString());
    if (verb === "MAIL") from = line.slice(10);
    if (verb === "RCPT") to.push(line.slice(8));
    if (verb === "DATA") isData = answers.DATA === undefined;
    if (verb === "QUIT") return void socket.end("221 bye\r\n");
    say(answers[verb as keyof SmtpAnswers] ?? USUAL[verb] ?? "250 ok");
  };
  const takeMail = (text: string): void => {
    mails.push({ from, to, text });
    to = [];
    isData = false;
    say("250 taken");
  };
  const take = (part: string): void => {
    if (isData) takeMail(part);
    else if (upgrade !== null && /^STARTTLS/i.test(part)) begin(upgrade);
    else command(part);
  };
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    pending += chunk.toString("utf8");
    for (;;) {
      const end = isData ? "\r\n.\r\n" : "\r\n";
      const at = pending.indexOf(end);
      if (at === -1) return;
      const part = pending.slice(0, at);
      pending = pending.slice(at + end.length);
      take(part);
    }
  });
}

function greetingOf(upgrade: SmtpTls | null): string {
  const offer = upgrade === null ? "" : "250-STARTTLS\r\n";
  return `250-fake\r\n${offer}250-AUTH PLAIN\r\n250 8BITMIME\r\n`;
}

import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** What a fake mail server says instead of yes, by the command it answers. */
export type SmtpAnswers = Readonly<Partial<Record<"AUTH" | "MAIL" | "RCPT" | "DATA", string>>>;

/** A mail as the server got it. */
interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

/** A mail server on 127.0.0.1 that knows as much of SMTP as a client needs. */
export async function startSmtpServer(answers: SmtpAnswers = {}) {
  const mails: TakenMail[] = [];
  const logins: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    talk(socket, { answers, mails, logins });
  }).listen(0, "127.0.0.1");
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

const USUAL: Readonly<Record<string, string>> = { AUTH: "235 ok", DATA: "354 go on" };

interface Talk {
  readonly answers: SmtpAnswers;
  readonly mails: TakenMail[];
  readonly logins: string[];
}

function talk(socket: Socket, { answers, mails, logins }: Talk): void {
  let from = "";
  let to: string[] = [];
  let pending = "";
  let isData = false;
  const say = (line: string) => socket.write(`${line}\r\n`);
  const command = (line: string): void => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === "EHLO") return void socket.write("250-fake\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n");
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
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    pending += chunk.toString("utf8");
    for (;;) {
      const end = isData ? "\r\n.\r\n" : "\r\n";
      const at = pending.indexOf(end);
      if (at === -1) return;
      const part = pending.slice(0, at);
      pending = pending.slice(at + end.length);
      if (isData) takeMail(part);
      else command(part);
    }
  });
  say("220 fake");
}

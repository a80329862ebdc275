import { escapeUnprintable } from "../../shared/input/input.ts";
import { type DurationMs, SECOND_MS } from "../../shared/units.ts";
import type { MailSending } from "./message/service.ts";
import { cutText } from "./message/text.ts";
import { type Outcome, outcomeOfError } from "./outcome.ts";

const PATIENCE_MS: DurationMs = 15 * SECOND_MS;

/** Gives a mail to its server. The library is loaded with the first one. */
export async function sendMail({ server, mail }: MailSending): Promise<Outcome> {
  const { createTransport } = await import("nodemailer");
  const { host, port, tls, user, password } = server;
  const transport = createTransport({
    host,
    port,
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    ...(user !== null && password !== null && { auth: { user, pass: password } }),
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    // A text is never the name of a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const { from, to, subject, text, messageId } = mail;
    const headers = { "Auto-Submitted": "auto-generated" };
    await transport.sendMail({ from, to: [...to], subject, text, messageId, headers });
    return { kind: "delivered" };
  } catch (error) {
    return outcomeOfMailError(error);
  } finally {
    transport.close();
  }
}

/** 4xx of SMTP may work later, 5xx will not. */
function outcomeOfMailError(error: unknown): Outcome {
  const {
    responseCode: status,
    response,
    code,
  } = error as {
    responseCode?: unknown;
    response?: unknown;
    code?: unknown;
  };
  if (typeof status !== "number") return outcomeOfError(error);
  const said = cutText(escapeUnprintable(String(response ?? "")), 120);
  const hint =
    code === "EAUTH" ? "the user or the password is not accepted" : "the server does not take it";
  const why = `SMTP ${status} (${said}): ${hint}`;
  return status < 500 ? { kind: "later", why, retryAfterMs: null } : { kind: "refused", why };
}

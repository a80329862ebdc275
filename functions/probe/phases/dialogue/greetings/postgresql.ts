import type { GreetingAnswer, GreetingProtocol } from "./greeting-type.ts";

/** Version 3.0 of the protocol, and how a session is asked for (PostgreSQL's manual, "Message Formats"). */
const PROTOCOL = 196_608;
const PARAMETERS = ["user", "synfleet", "database", "postgres", "application_name", "synfleet"];

/** Terminate: only in a session that has begun. The server reports it as an error while it waits for a password. */
const TERMINATE = Buffer.from("5800000004", "hex");

/** A message: its type, its length without the type, and what it says. */
const HEAD_BYTES = 5;
const MOST_MESSAGE_BYTES = 32 * 1_024;

/** SQLSTATE codes with which a server serves nobody now; any other error is about this user, and it is up. */
const REFUSALS: Readonly<Record<string, string>> = {
  "53300": "TOO_MANY_CONNECTIONS",
  "57P01": "ADMIN_SHUTDOWN",
  "57P02": "CRASH_SHUTDOWN",
  "57P03": "CANNOT_CONNECT_NOW",
};

/**
 * How PostgreSQL begins. Only a request for a session tells that the server starts up or is full; a
 * request for TLS is answered before that. Without a role of this name it asks for a password, and
 * logs nothing when the connection ends then; or it says that there is none.
 */
export const POSTGRESQL: GreetingProtocol = { kind: "packets", opening: startup(), read };

function startup(): Buffer {
  const parameters = Buffer.from(`${PARAMETERS.map((text) => `${text}\0`).join("")}\0`);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + parameters.length, 0);
  head.writeUInt32BE(PROTOCOL, 4);
  return Buffer.concat([head, parameters]);
}

function read(received: Buffer): GreetingAnswer | null {
  const type = String.fromCharCode(received[0] ?? 0);
  if (received.length > 0 && !"REv".includes(type)) return { kind: "unexpected" };
  if (received.length < HEAD_BYTES) return null;
  const endByte = 1 + received.readUInt32BE(1);
  // A postmaster that can't start a process says so in the old form: a text right after the type.
  if (endByte > MOST_MESSAGE_BYTES) return refusedOldForm(type);
  if (received.length < endByte) return null;
  return answerOf(type, received.subarray(HEAD_BYTES, endByte));
}

function refusedOldForm(type: string): GreetingAnswer {
  return type === "E" ? { kind: "rejected", errorCode: "NO_PROCESS" } : { kind: "unexpected" };
}

function answerOf(type: string, body: Buffer): GreetingAnswer {
  if (type === "E") return errorAnswer(body);
  // Of a newer version than 3.0 (v) it goes on with an authentication request.
  if (type === "v") return { kind: "good" };
  if (body.length < 4) return { kind: "unexpected" };
  const hasBegun = body.readUInt32BE(0) === 0;
  return { kind: "good", ...(hasBegun && { goodbye: { bytes: TERMINATE } }) };
}

/** Fields of an error: a letter and a text that ends with a zero. `C` is the SQLSTATE code. */
function errorAnswer(body: Buffer): GreetingAnswer {
  const fields = body.toString("latin1").split("\0");
  const code = fields.find((field) => field.startsWith("C"))?.slice(1) ?? "";
  const errorCode = Object.hasOwn(REFUSALS, code) ? REFUSALS[code] : undefined;
  return errorCode === undefined ? { kind: "good" } : { kind: "rejected", errorCode };
}

import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";

/**
 * What the server says to a question: an rcode, an alias (CNAME) and addresses of any family, half a
 * reply, one that says that it is cut off, or nothing at all.
 */
export type DnsReply =
  | { readonly rcode: number }
  | {
      readonly addresses: readonly string[];
      readonly ttlSeconds: number;
      readonly alias?: string;
    }
  | "half"
  | "truncated"
  | "silence";

export interface DnsQuestion {
  readonly name: string;
  readonly type: "A" | "AAAA";
}

/** A name server on loopback. It keeps what it was asked. */
export interface DnsServer {
  readonly address: string;
  readonly questions: readonly DnsQuestion[];
  close(): Promise<void>;
}

export const NOERROR = 0;
export const SERVFAIL = 2;
export const NXDOMAIN = 3;
export const REFUSED = 5;

const TYPES: Readonly<Record<number, DnsQuestion["type"]>> = { 1: "A", 28: "AAAA" };

type Answering = (question: DnsQuestion) => DnsReply | Promise<DnsReply>;

export async function startDnsServer(answer: Answering): Promise<DnsServer> {
  const socket = createSocket("udp4");
  const questions: DnsQuestion[] = [];
  let isClosed = false;
  socket.on("message", async (query: Buffer, from: RemoteInfo) => {
    const { question, end } = readQuestion(query);
    questions.push(question);
    const reply = await answer(question);
    if (reply === "silence" || isClosed) return;
    socket.send(writeReply(query.subarray(0, end), reply), from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      socket.close();
      await once(socket, "close");
    },
  };
}

// Layout: RFC 1035 4.1. A question without compression, as c-ares writes it.
function readQuestion(query: Buffer): { question: DnsQuestion; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let size = query.readUInt8(at); size > 0; size = query.readUInt8(at)) {
    labels.push(query.toString("ascii", at + 1, at + 1 + size));
    at += 1 + size;
  }
  const type = TYPES[query.readUInt16BE(at + 1)] ?? "A";
  return { question: { name: labels.join("."), type }, end: at + 5 };
}

type Spoken = Exclude<DnsReply, "silence">;

function writeReply(query: Buffer, reply: Spoken): Buffer {
  const { rcode = NOERROR, records } = partsOf(reply);
  const head = Buffer.from(query);
  head.writeUInt16BE((reply === "truncated" ? 0x8380 : 0x8180) | rcode, 2);
  head.writeUInt16BE(records.length, 6);
  head.writeUInt16BE(0, 8);
  head.writeUInt16BE(0, 10);
  const whole = Buffer.concat([head, ...records]);
  return reply === "half" ? whole.subarray(0, HALF_BYTES) : whole;
}

const HALF_BYTES = 14;

function partsOf(reply: Spoken): { rcode?: number; records: readonly Buffer[] } {
  if (typeof reply === "string") return { records: [] };
  if ("rcode" in reply) return { rcode: reply.rcode, records: [] };
  const { addresses, ttlSeconds, alias } = reply;
  const records = addresses.map((address) => writeAddress(address, ttlSeconds));
  return {
    records: alias === undefined ? records : [writeRecord(CNAME, 60, nameBytes(alias)), ...records],
  };
}

const CNAME = 5;

function writeAddress(address: string, ttlSeconds: number): Buffer {
  const bytes = address.includes(":") ? ipv6Bytes(address) : address.split(".").map(Number);
  return writeRecord(bytes.length === 16 ? 28 : 1, ttlSeconds, Buffer.from(bytes));
}

// Its owner is the name of the question, at byte 12.
function writeRecord(type: number, ttlSeconds: number, value: Buffer): Buffer {
  const record = Buffer.alloc(12);
  record.writeUInt16BE(0xc00c, 0);
  record.writeUInt16BE(type, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(ttlSeconds, 6);
  record.writeUInt16BE(value.length, 10);
  return Buffer.concat([record, value]);
}

function nameBytes(name: string): Buffer {
  const labels = name.split(".").map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function ipv6Bytes(address: string): number[] {
  const [head = "", tail = ""] = address.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const zeros = Array(8 - groups(head).length - groups(tail).length).fill("0");
  const all = [...groups(head), ...zeros, ...groups(tail)].map((group) =>
    Number.parseInt(group, 16),
  );
  return all.flatMap((group) => [group >> 8, group & 255]);
}

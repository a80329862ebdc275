import { Socket, type SocketConstructorOpts } from "node:net";
import { getSystemErrorName } from "node:util";
import { codeOf } from "../classify/classify.ts";
import type { Connection } from "./connection.ts";

/** Where a socket connects to: a vetted literal, so no look-up is made. */
export interface DialTarget {
  readonly address: string;
  readonly port: number;
}

/** Is told how a connect goes. It ignores what comes after it closed the connection, and does not throw. */
export interface DialListener {
  /** The system call follows at once; comes before `dial` returns or later. */
  begun(): void;
  /** Comes after `dial` has returned, with the file descriptor, or -1 if Node hides it. */
  opened(descriptor: number): void;
  /** Comes after `dial` has returned; after `opened` it says what ended the open connection. */
  failed(code: string): void;
}

/** Begins to connect. If it throws, this connect has failed and nothing else. */
export type Dial = (target: DialTarget, listener: DialListener) => Connection;

/**
 * Gives the leanest dial that this Node has. A check needs no stream, and without one it costs half
 * of the CPU and memory (measured, see bench/). The binding is internal to Node (DEP0111): if it is
 * missing, public sockets take its place.
 */
export function leanestDial(): Dial {
  const binding = tcpBinding();
  return binding === null ? dialSocket : dialHandle(binding);
}

/** The parts that are used of Node's own TCP binding, on which `net.Socket` is built. */
interface TcpBinding {
  readonly TCP: new (type: number) => TcpHandle;
  readonly TCPConnectWrap: new () => ConnectWrap;
  readonly constants: { readonly SOCKET: number };
}

interface TcpHandle extends Connection {
  readonly fd: number;
  connect(request: ConnectWrap, address: string, port: number): number;
  connect6(request: ConnectWrap, address: string, port: number): number;
}

/** What a handle is asked with. Node keeps it until the answer, with all properties put on it. */
interface ConnectWrap {
  oncomplete?: (this: ConnectWrap, status: number, handle: TcpHandle) => void;
  listener?: DialListener;
}

function dialHandle({ TCP, TCPConnectWrap, constants }: TcpBinding): Dial {
  return ({ address, port }, listener) => {
    const handle = new TCP(constants.SOCKET);
    const request = new TCPConnectWrap();
    request.oncomplete = tellListener;
    request.listener = listener;
    listener.begun();
    const status = address.includes(":")
      ? handle.connect6(request, address, port)
      : handle.connect(request, address, port);
    if (status !== 0) process.nextTick(() => listener.failed(getSystemErrorName(status)));
    return handle;
  };
}

// One function for all connects: a closure for each would cost memory.
function tellListener(this: ConnectWrap, status: number, handle: TcpHandle): void {
  if (status === 0) this.listener?.opened(handle.fd);
  else this.listener?.failed(getSystemErrorName(status));
}

function tcpBinding(): TcpBinding | null {
  try {
    const binding: unknown = Reflect.get(process, "binding").call(process, "tcp_wrap");
    return isTcpBinding(binding) ? binding : null;
  } catch {
    // The permission model forbids it, or this Node has it no more.
    return null;
  }
}

function isTcpBinding(binding: unknown): binding is TcpBinding {
  const { TCP, TCPConnectWrap, constants } = binding as Partial<TcpBinding>;
  return (
    typeof TCP === "function" &&
    typeof TCPConnectWrap === "function" &&
    typeof constants?.SOCKET === "number" &&
    ["connect", "connect6", "close"].every((method) => method in TCP.prototype)
  );
}

/** Dials with Node's public sockets: for a Node that does not let its binding be used. */
export function dialSocket(target: DialTarget, listener: DialListener): Connection {
  const socket = new Socket();
  // Paused before it connects, the socket never starts to read: a seventh less CPU (measured).
  socket.pause();
  // Node defers the system call to the next tick; this event comes right before it.
  socket.once("connectionAttempt", () => listener.begun());
  socket.once("connect", () => listener.opened(descriptorOf(socket)));
  // This listener stays, so that an error after the end is ignored.
  socket.on("error", (error) => listener.failed(codeOf(error)));
  connect(socket, target, listener);
  return new PublicSocket(socket);
}

/** A connection that is a stream already. */
class PublicSocket implements Connection {
  readonly socket: Socket;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  close(): void {
    this.socket.destroy();
  }
}

/** The stream of an open connection that was dialled; from now on the stream owns its socket. */
export function streamOf(connection: Connection): Socket {
  if (connection instanceof PublicSocket) return connection.socket.resume();
  // Node makes its own sockets of handles in this way; the types leave the option out.
  return new Socket({ handle: connection } as SocketConstructorOpts);
}

function connect(socket: Socket, { address, port }: DialTarget, listener: DialListener): void {
  try {
    // `autoSelectFamily` would give up a healthy address slower than 250 ms.
    socket.connect({ host: address, port, autoSelectFamily: false });
  } catch (error) {
    process.nextTick(() => listener.failed(codeOf(error)));
  }
}

/** libuv's descriptor; Node has no public way to it. */
function descriptorOf(socket: Socket): number {
  const handle = (socket as { _handle?: { fd?: number } | null })._handle;
  return handle?.fd ?? -1;
}

import { Socket, type SocketConstructorOpts } from "node:net";
import { getSystemErrorName } from "node:util";
import { isSameEnd, MOST_DRAINED_BYTES, wasOpen } from "./after-handshake.ts";
import type { Dial, DialListener, DialledSocket, DialTarget } from "./dial.ts";
import { type PortRange, readOwnPorts } from "./own-ports.ts";

/** The parts that are used of Node's own TCP and stream bindings, on which `net.Socket` is built. */
export interface TcpBinding {
  readonly TCP: new (type: number) => TcpHandle;
  readonly TCPConnectWrap: new () => ConnectWrap;
  readonly ShutdownWrap: new () => object;
  readonly constants: { readonly SOCKET: number };
  /** Where Node puts the result of a read, at `kReadBytesOrError`. */
  readonly streamBaseState: Int32Array;
  readonly kReadBytesOrError: number;
}

interface TcpHandle {
  readonly fd: number;
  socket?: HandleSocket;
  onread?: (this: TcpHandle) => void;
  close(): void;
  reset(): number;
  connect(request: ConnectWrap, address: string, port: number): number;
  connect6(request: ConnectWrap, address: string, port: number): number;
  getsockname(end: Name): number;
  getpeername(end: Name): number;
  shutdown(request: object): number;
  useUserBuffer(buffer: Uint8Array): void;
  readStart(): number;
}

/** Is filled in by the handle. */
interface Name {
  address?: string;
  port?: number;
}

/** What a handle is asked with. Node keeps it until the answer, with all properties put on it. */
interface ConnectWrap {
  oncomplete?: (this: ConnectWrap, status: number) => void;
  socket?: HandleSocket;
}

/** Dials with Node's own handle, without a stream. */
export function dialHandle(binding: TcpBinding): Dial {
  return (target, listener) => {
    const socket = new HandleSocket(binding, listener);
    listener.begun();
    socket.connect(target);
    return socket;
  };
}

/** Node's binding, or null if it can't be used. */
export function tcpBinding(): TcpBinding | null {
  try {
    const load = (name: string): object => Reflect.get(process, "binding").call(process, name);
    const binding: unknown = { ...load("tcp_wrap"), ...load("stream_wrap") };
    return isTcpBinding(binding) ? binding : null;
  } catch {
    // The permission model forbids it, or this Node has it no more.
    return null;
  }
}

const METHODS = [
  "close",
  "reset",
  "connect",
  "connect6",
  "getsockname",
  "getpeername",
  "shutdown",
  "useUserBuffer",
  "readStart",
];

function isTcpBinding(binding: unknown): binding is TcpBinding {
  const found = binding as Partial<TcpBinding>;
  return (
    typeof found.TCP === "function" &&
    typeof found.TCPConnectWrap === "function" &&
    typeof found.ShutdownWrap === "function" &&
    typeof found.constants?.SOCKET === "number" &&
    typeof found.kReadBytesOrError === "number" &&
    found.streamBaseState instanceof Int32Array &&
    METHODS.every((method) => method in (found.TCP?.prototype ?? {}))
  );
}

/** What is read off is not looked at, so all sockets have one buffer. */
const SCRAP = new Uint8Array(16 * 1_024);

/** Read once: a check is not the place for it. */
const ownPorts: PortRange = readOwnPorts();

class HandleSocket implements DialledSocket {
  readonly #binding: TcpBinding;
  readonly #handle: TcpHandle;
  readonly #listener: DialListener;
  #port = 0;
  #isConnectedToItself = false;
  #drainedBytes = 0;

  constructor(binding: TcpBinding, listener: DialListener) {
    this.#binding = binding;
    this.#handle = new binding.TCP(binding.constants.SOCKET);
    this.#listener = listener;
  }

  connect({ address, port }: DialTarget): void {
    this.#port = port;
    const request = new this.#binding.TCPConnectWrap();
    request.oncomplete = completeConnect;
    request.socket = this;
    const status = address.includes(":")
      ? this.#handle.connect6(request, address, port)
      : this.#handle.connect(request, address, port);
    if (status !== 0)
      process.nextTick(() => this.#listener.failed(getSystemErrorName(status), true));
  }

  completed(status: number): void {
    const code = status === 0 ? "" : getSystemErrorName(status);
    if (status !== 0 && !wasOpen(code)) return void this.#listener.failed(code, false);
    this.#isConnectedToItself = status === 0 && this.#meetsItself();
    if (this.#isConnectedToItself) return void this.#listener.failed("ECONNREFUSED", false);
    this.#listener.opened(this.#handle.fd, status !== 0);
  }

  drain(): void {
    const handle = this.#handle;
    handle.socket = this;
    handle.onread = readOff;
    handle.useUserBuffer(SCRAP);
    // If either fails the peer is gone; there is nothing to wait for.
    const status = handle.readStart() || handle.shutdown(new this.#binding.ShutdownWrap());
    if (status !== 0) this.#listener.drained(false);
  }

  /** Takes the count of the bytes that came, or a negative error number. */
  read(countOrError: number): void {
    if (countOrError < 0)
      return void this.#listener.drained(wasOpen(getSystemErrorName(countOrError)));
    this.#drainedBytes += countOrError;
    if (this.#drainedBytes > MOST_DRAINED_BYTES) this.#listener.drained(false);
  }

  readOff(): void {
    this.read(this.#binding.streamBaseState[this.#binding.kReadBytesOrError] ?? 0);
  }

  openStream(): Socket {
    // Node makes its own sockets of handles in this way; the types leave the option out.
    return new Socket({ handle: this.#handle } as object as SocketConstructorOpts);
  }

  close(): void {
    if (this.#isConnectedToItself) this.#handle.reset();
    else this.#handle.close();
  }

  // Most targets have a port from which no dial starts: they need not be asked (a system call).
  #meetsItself(): boolean {
    if (this.#port < ownPorts.first || this.#port > ownPorts.last) return false;
    const local: Name = {};
    this.#handle.getsockname(local);
    if (local.port !== this.#port) return false;
    const peer: Name = {};
    this.#handle.getpeername(peer);
    return isSameEnd(local, peer);
  }
}

// One function for all connects, and one for all reads: a closure for each would cost memory.
function completeConnect(this: ConnectWrap, status: number): void {
  this.socket?.completed(status);
}

function readOff(this: TcpHandle): void {
  this.socket?.readOff();
}

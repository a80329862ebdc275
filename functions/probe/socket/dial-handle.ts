import { getSystemErrorName } from "node:util";
import type { Dial, DialListener, Line } from "./dial.ts";
import { dialSocket } from "./dial-socket.ts";

/** The parts of Node's own TCP binding that are used: what `net.Socket` itself stands on. */
interface TcpBinding {
  readonly TCP: new (type: number) => TcpHandle;
  readonly TCPConnectWrap: new () => ConnectRequest;
  readonly constants: { readonly SOCKET: number };
}

interface TcpHandle extends Line {
  readonly fd: number;
  connect(request: ConnectRequest, address: string, port: number): number;
  connect6(request: ConnectRequest, address: string, port: number): number;
}

/** What is asked of a handle. Node keeps it until the answer, with whatever is put on it. */
interface ConnectRequest {
  oncomplete?: (this: ConnectRequest, status: number, handle: TcpHandle) => void;
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

// One for all: a function for each would cost each.
function tellListener(this: ConnectRequest, status: number, handle: TcpHandle): void {
  if (status === 0) this.listener?.opened(handle.fd);
  else this.listener?.failed(getSystemErrorName(status));
}

function tcpBinding(): TcpBinding | null {
  try {
    const binding: unknown = Reflect.get(process, "binding").call(process, "tcp_wrap");
    return isTcpBinding(binding) ? binding : null;
  } catch {
    // Forbidden by the permission model, or no longer there.
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

const binding = tcpBinding();

/**
 * The leanest way to connect that this Node has. A check makes no use of a stream, and without one
 * costs half of the CPU and memory (measured, see bench/). The binding is Node's own business
 * (DEP0111): where it is gone, public sockets do.
 */
export const leanestDial: Dial = binding === null ? dialSocket : dialHandle(binding);

import type { CheckInput, CheckServices } from "./services.ts";

/** The same services, whose handshakes have no more time than the task gives to connects. */
export function limitingConnects({ task }: CheckInput, services: CheckServices): CheckServices {
  const connectTimeoutMs = task.phaseTimeouts?.connectMs;
  if (connectTimeoutMs === undefined) return services;
  const { network } = services;
  const connect: typeof network.connect = (request, signal, listener) =>
    network.connect({ ...request, connectTimeoutMs }, signal, listener);
  return { ...services, network: { ...network, connect } };
}

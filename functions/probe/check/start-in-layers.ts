import { startEach } from "./each-address.ts";
import { limitingConnects } from "./limit-connects.ts";
import { notingAddresses } from "./note-addresses.ts";
import { startAny } from "./race-addresses.ts";
import { startReconnecting } from "./reconnect.ts";
import { startRetrying } from "./retry-check.ts";
import type { StartCheck, ToldCheck } from "./services.ts";

/**
 * Starts a check in the layers that its task asks for: retry → addresses → reconnect → the single
 * check, which `startSingle` makes.
 */
export function startInLayers(
  startSingle: StartCheck,
  { input, services, listener }: ToldCheck,
): void {
  const { retry, addressing } = input.task;
  const told = notingAddresses(input, services, listener);
  const start: StartCheck =
    addressing?.mode === "each"
      ? startEach
      : startReconnecting(addressing === undefined ? startSingle : startAny);
  const limited = limitingConnects(input, services);
  if (retry === undefined || input.isRecheck) start(input, limited, told);
  else startRetrying({ start, settings: retry }, { input, services: limited, listener: told });
}

import type { Limiter } from "./services.ts";

/** Every destination may be asked at once: for whoever makes single checks. */
export const NO_LIMITS: Limiter = { take: () => 0 };

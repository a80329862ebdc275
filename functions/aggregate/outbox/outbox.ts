export { deliverEvents } from "./deliver-events.ts";

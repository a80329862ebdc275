export type {
  CheckInput,
  CheckListener,
  CheckObserver,
  CheckServices,
  Network,
} from "./services.ts";
export { checkTarget, startCheck } from "./start-check.ts";

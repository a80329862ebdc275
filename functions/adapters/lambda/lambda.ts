export { type InvocationLine, logInvocation } from "./invocation-log.ts";

export { type InvocationLine, logInvocation } from "./invocation-log.ts";
export { openInvoker } from "./invoke-function.ts";

/** Throws the error of an invocation that could not begin, as a sentence if its subnet has no way to DynamoDB. */
export async function explainStart(error: unknown): Promise<never> {
  const code = await import("#asked").catch(() => null);
  throw code?.routeFault(error, process.env) ?? error;
}

import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/**
 * Makes the client lose the first answer to every write: the database has done or refused it, and
 * the SDK sends the request again. `beforeRetry` happens in between.
 */
export function loseAnswers(client: DynamoDBClient, beforeRetry: () => Promise<unknown>): void {
  client.middlewareStack.add(
    (next, { commandName = "" }) => {
      let isFirst = /^(Put|Delete|BatchWrite)/.test(commandName);
      return async (args) => {
        if (!isFirst) return next(args);
        isFirst = false;
        await next(args).catch(() => undefined);
        await beforeRetry();
        throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
      };
    },
    { step: "deserialize", name: "loseAnswers" },
  );
}

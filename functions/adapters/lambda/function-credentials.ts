/** The credentials with which the AWS SDK signs requests. */
interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Replaces `@aws-sdk/credential-provider-node` in the bundles, and only there. Lambda gives every
 * function its credentials in the environment, and they are valid as long as the process lives. The
 * clients for all other sources would be a third of the code.
 * Source: AWS Lambda developer guide, "Defined runtime environment variables".
 */
export function defaultProvider(): () => Promise<Credentials> {
  return async () => readCredentials(process.env);
}

function readCredentials(environment: NodeJS.ProcessEnv): Credentials {
  const accessKeyId = environment.AWS_ACCESS_KEY_ID;
  const secretAccessKey = environment.AWS_SECRET_ACCESS_KEY;
  const sessionToken = environment.AWS_SESSION_TOKEN;
  if (!accessKeyId || !secretAccessKey)
    throw new Error("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be in the environment");
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

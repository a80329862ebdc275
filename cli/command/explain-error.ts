import { CliError, UsageError } from "./command.ts";

/** What to do about failures that AWS or the file system name in their own words. */
const ADVICE: Readonly<Record<string, string>> = {
  CredentialsProviderError:
    "No AWS credentials were found. Set AWS_PROFILE, log in, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
  ExpiredTokenException: "The AWS credentials have expired. Log in again.",
  UnrecognizedClientException: "AWS does not accept these credentials. Log in again.",
  AccessDeniedException: "These AWS credentials may not do this.",
  ResourceNotFoundException:
    "A table of the fleet is not there. Is it deployed, and are --fleet, --home and --regions right?",
  ENOENT: "There is no such file.",
  EISDIR: "That is a directory, not a file.",
  EACCES: "That may not be read.",
  ECONNREFUSED: "The database does not answer.",
};

/** One sentence for the user, with the cause in brackets where the sentence is ours. */
export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UsageError || error instanceof CliError) return error.message;
  const code = "code" in error ? String(error.code) : "";
  const advice = ADVICE[error.name] ?? ADVICE[code];
  return advice === undefined ? `${error.name}: ${error.message}` : `${advice} (${error.message})`;
}

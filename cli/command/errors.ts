/** The command was not understood: exit code 2, with a way to its help. */
export class UsageError extends Error {}

/** Something outside the program failed, and the message is a full sentence: exit code 3. */
export class CliError extends Error {}

/** What to do about errors of AWS and of the file system, by name or code. */
const ADVICE: Readonly<Record<string, string>> = {
  CredentialsProviderError:
    "No AWS credentials were found. Set AWS_PROFILE, log in, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
  ExpiredTokenException: "The AWS credentials have expired. Log in again.",
  UnrecognizedClientException: "AWS does not accept these credentials. Log in again.",
  AccessDeniedException: "These AWS credentials may not do this.",
  ResourceNotFoundException:
    "A table of the fleet does not exist. Is it deployed, and are --fleet, --home and --regions right?",
  ENOENT: "There is no such file.",
  ENOTDIR: "A part of its path is a file.",
  EISDIR: "That is a directory, not a file.",
  EACCES: "That may not be read or written.",
  ENOSPC: "The disk is full.",
  ECONNREFUSED: "The database does not answer.",
};

/** One sentence for the user, with the cause in brackets if the sentence is from the list above. */
export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UsageError || error instanceof CliError) return error.message;
  const code = "code" in error ? String(error.code) : "";
  const advice = ADVICE[error.name] ?? ADVICE[code];
  return advice === undefined ? `${error.name}: ${error.message}` : `${advice} (${error.message})`;
}

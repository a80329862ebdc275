/** A file or folder of the user cannot be used; the message says why. */
export class FileError extends Error {}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "that is not allowed",
  EROFS: "the disk is read-only",
  EISDIR: "it is a folder",
  EEXIST: "it is a file",
  ENOTDIR: "a part of its path is a file",
  ENOTSUP: "no folder can be made there",
  ENAMETOOLONG: "its name is too long",
  ENOSPC: "the disk is full",
  EDQUOT: "the quota of the disk is used up",
  EPERM: "that is not allowed",
  EMFILE: "too many files are open",
  ELOOP: "its links lead in a circle",
};

/** Why the file system refused, in words; null if the error is not of the file system. */
export function reasonOf(error: unknown): string | null {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code === "" ? null : (REASONS[code] ?? code);
}

/** Runs `attempt`; an error of the file system becomes a FileError that begins with `failure`. */
export function explainFileError<T>(failure: string, attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === null) throw error;
    throw new FileError(`${failure}: ${reason}`);
  }
}

/** The beginning of the sentence about a file that cannot be read. */
export function cannotRead(name: string): string {
  return `${name} can't be read`;
}

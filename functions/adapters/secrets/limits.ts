/** A longer secret is refused: Secrets Manager takes 64 KiB at most, Parameter Store 8 KB. */
export const MOST_SECRET_BYTES = 64 * 1_024;

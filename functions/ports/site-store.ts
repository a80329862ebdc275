/** One file of a site: its path from the root, and its text. */
export interface SiteFile {
  readonly path: string;
  readonly text: string;
}

/** Where a public site is. Written by publish, read by visitors. */
export interface SiteStore {
  /** Stores a file in place of the one with its path; `failed` with a code if it is not stored. Never throws. */
  putFile(file: SiteFile): Promise<"stored" | { readonly failed: string }>;
}

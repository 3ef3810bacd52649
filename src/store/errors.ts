/** Why the store could not do something; each has one reaction. */
export type StoreErrorCode =
  | "disk-full" // nothing is acknowledged until space returns; reads go on
  | "read-only" // the file or its folder cannot be written by this user
  | "busy" // another process holds the file
  | "corrupt" // the content is damaged, or is no database
  | "cannot-open" // the path cannot be opened at all
  | "newer-schema" // written by a later version of the program
  | "foreign" // a database of some other program
  | "constraint" // a uniqueness or reference rule said no
  | "io" // the operating system reported a read or write fault
  | "closed" // used after close()
  | "failed"; // anything else; the cause tells

/** A failure of the store, worded for a person: what happened, why, and what mends it. */
export class StoreError extends Error {
  override readonly name = "StoreError";

  constructor(
    readonly code: StoreErrorCode,
    message: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(message, options);
  }
}

export { PathJailError, type PathJailErrorKind } from "./errors.ts";
export { assertForm } from "./form.ts";
export { type FolderEntry, listInside, openInside, type OpenedFile, readInside } from "./read.ts";
export { replaceInside } from "./replace.ts";
export { type Closed, isInside, type Jail, type Place, resolveInside } from "./resolve.ts";

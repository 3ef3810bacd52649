/** One workspace file in the prompt, in characters, when the configuration says nothing: about 5,000 tokens. */
export const FILE_MAX_CHARS = 20_000;

/** All workspace files in the prompt, in characters: more would crowd out the conversation in small models. */
export const FILES_MAX_CHARS = 60_000;

/** USER.md in characters: it is about a person, not a store of facts, and goes out with every call. */
export const USER_FILE_MAX_CHARS = 4_000;

/** Sections of fixed text: none should come near; a longer path or name is cut. */
export const SECTION_MAX_CHARS = 2_000;

/** What the caller adds after the prompt (system messages of the HTTP API): theirs to size, but not without end. */
export const EXTRA_MAX_CHARS = 200_000;

/** Name and other fields of a sender, in characters: the model needs to tell people apart, not to read an essay. */
export const SENDER_FIELD_MAX_CHARS = 120;

/** `git init` of a new workspace in ms: it takes a few, and nothing depends on it. */
export const GIT_TIMEOUT_MS = 5_000;

/** Output of `git init` that is kept, in bytes. */
export const GIT_MAX_OUTPUT_BYTES = 4_096;

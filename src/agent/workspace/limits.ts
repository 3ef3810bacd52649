/** Largest workspace file that is read for a prompt or a form; a bigger one is a mistake, not instructions. */
export const FILE_MAX_BYTES = 2 * 1024 * 1024;

/** Largest local picture that is sent along as the avatar, in bytes: every client asks for it, inside a frame. */
export const AVATAR_MAX_BYTES = 256 * 1024;

/** Name, emoji and manner of an agent, in characters. */
export const IDENTITY_FIELD_MAX_CHARS = 200;

/** Files whose content is remembered; a gateway has a handful of agents with six each. */
export const CACHED_FILES = 512;

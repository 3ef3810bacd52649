/** A token has some 46 characters; a longer file is another one. */
export const MAX_TOKEN_FILE_BYTES = 4_096;

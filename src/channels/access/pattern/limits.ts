/** A mention is a word or two, not a program. */
export const MAX_PATTERN_CHARS = 512;
/** States of one pattern after its repetitions are written out; each costs a step for every character looked at. */
export const MAX_PATTERN_STATES = 1_024;
/** Groups within groups. */
export const MAX_PATTERN_DEPTH = 32;
/** Characters a place of a pattern remembers its answer for: an alphabet or two. */
export const MAX_KNOWN_CHARS = 256;

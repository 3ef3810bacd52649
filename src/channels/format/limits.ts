/** Text beyond this is shown as it is: a reader gets dozens of messages then, and the parser's worst cases stay short. */
export const MAX_MARKDOWN_LENGTH = 200_000;

/** Rows times columns a table may have to be read as one: the parser fills short rows up, so a few bytes could become millions of cells. */
export const MAX_TABLE_CELLS = 20_000;

/** Columns of a code table are made equally wide up to this; one long cell must not blow up all rows. */
export const MAX_PADDED_CELL_WIDTH = 30;

/** Deeper lists are not indented further: no screen shows it, and depth times length would grow without bound. */
export const MAX_LIST_INDENT = 8;

/** A surrogate pair is never cut, so a part holds at least one. */
export const MIN_PART_LENGTH = 2;

/** A better place to cut is looked for in the last part of a message, one over this. */
export const STRETCH_DIVISOR = 4;

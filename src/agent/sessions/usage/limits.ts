/** Days of a report when none are asked for: a month. */
export const REPORT_DAYS_DEFAULT = 30;

/** Days of a report: a century, and no loop longer than that. */
export const REPORT_DAYS_MAX = 36_600;

/** In reports of more days only those with activity are listed. */
export const REPORT_EMPTY_DAYS_MAX = 400;

/** Sessions listed by a report unless more are asked for; the totals are of all of them. */
export const REPORT_SESSIONS_DEFAULT = 50;

/** Points of a series: as many as a chart can show. */
export const SERIES_POINTS_MAX = 200;

/** Calls of one session that a series is made of; the newest ones of a longer session. */
export const SERIES_CALLS_MAX = 10_000;

/** Lines of a session's log, and how many at most. */
export const LOG_LINES_DEFAULT = 200;
export const LOG_LINES_MAX = 1_000;

/** Characters of a line of a session's log. */
export const LOG_TEXT_MAX_CHARS = 2_000;

/** Signs that show nothing, or turn the direction of what stands behind them. */
const UNSEEN = String.raw`\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff`;

/** Marks only we may set; whoever writes one is quoted without its bracket. */
const MARK = new RegExp(
  String.raw`\[(?=[\s${UNSEEN}]*(?:Chat messages since|Current message|Forwarded from|\/?Replying|Sent \d|media unavailable)\b)`,
  "gi",
);

/** What ends a line in one program or another. */
const LINE_ENDS = /\r\n?|[\u000b\u000c\u0085\u2028\u2029]/g;

/** Control characters beside the ends of lines and tabs. */
const CONTROLS = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f]/g;

/** Words of a person, as they may stand among ours: lines end as ours do, and no mark of ours is in them. */
export function asSaid(text: string): string {
  return text.toWellFormed().replace(LINE_ENDS, "\n").replace(CONTROLS, "").replace(MARK, "(");
}

const UNSEEN_SIGNS = new RegExp(`[${UNSEEN}]`, "g");

/** A name in one line, without brackets and without signs that are not seen, so that it cannot pretend to be something else. */
export function asName(name: string, maxChars: number): string {
  return asSaid(name)
    .replace(UNSEEN_SIGNS, "")
    .replace(/[\s[\]]+/g, " ")
    .trim()
    .slice(0, maxChars)
    .toWellFormed();
}

const MARK = "EXTERNAL_UNTRUSTED_CONTENT";

/** Anything that could be taken for the end of a fence, also when written in full-width letters or with odd brackets. */
const LOOKALIKE = /EXTERNAL[_\s]*UNTRUSTED[_\s]*CONTENT/gi;

/** Text of a stranger between marks that it cannot write itself: `id` is unguessable, and the mark's words are broken inside. */
export function fenced(text: string, id: string): string {
  const harmless = text.normalize("NFKC") === text ? text : withoutFolded(text);
  const inside = harmless.replace(LOOKALIKE, "[mark removed]");
  return `<<<${MARK} id="${id}">>>\nSource: External\n---\n${inside}\n<<<END_${MARK} id="${id}">>>`;
}

/** Only text that would fold into a mark is folded; everything else stays as its author wrote it. */
function withoutFolded(text: string): string {
  const folded = text.normalize("NFKC");
  LOOKALIKE.lastIndex = 0;
  return LOOKALIKE.test(folded) ? folded : text;
}

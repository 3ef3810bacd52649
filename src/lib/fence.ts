const MARK = "EXTERNAL_UNTRUSTED_CONTENT";

/** Anything that could pass for one of the marks, also with characters between the letters that are not seen. */
const LOOKALIKE = new RegExp(
  [..."EXTERNAL"].join("\\W{0,2}?") +
    "[\\W_]{0,4}" +
    [..."UNTRUSTED"].join("\\W{0,2}?") +
    "[\\W_]{0,4}CONTENT",
  "gi",
);

/** Words by which models tell the roles of a conversation apart; nobody on the web writes them for people. */
const ROLE_TOKENS = /<\|[a-z0-9_]{1,40}\|>|<\/?(?:start_of_turn|end_of_turn)>|\[\/?INST\]|<<\/?SYS>>/gi;

/** Text of strangers without what could pass for a mark or for the words of a model's own format. */
export function defused(text: string): string {
  // Letters of other widths fold into plain ones; only what then looks like a mark is folded for good.
  const folded = text.normalize("NFKC");
  const plain = LOOKALIKE.test(folded) ? folded : text;
  LOOKALIKE.lastIndex = 0;
  return plain.replaceAll(LOOKALIKE, "[mark removed]").replaceAll(ROLE_TOKENS, "[token removed]");
}

/** The text between marks that it cannot write itself, because nobody can guess `id`; `source` says where it is from. */
export function fenced(text: string, source: string, id: string): string {
  return `<<<${MARK} id="${id}">>>\nSource: ${source}\n---\n${defused(text)}\n<<<END_${MARK} id="${id}">>>`;
}

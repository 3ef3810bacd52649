/** A message as the guide takes it: politeness apart, so that what is asked can be recognised. */
export interface Heard {
  /** It begins with a greeting, or is one. */
  readonly greets: boolean;
  /** What is asked, sentence by sentence; empty when there is only politeness. */
  readonly asks: readonly string[];
}

/** Characters of a message that are looked at for a question; a longer text is no question of this kind. */
const MAX_HEARD_CHARS = 400;

/** Sentences of one message that are answered at most. */
const MAX_ASKS = 3;

const GREETING =
  /^(?:(?:hi+|hey+|hello+|hallo|hullo|servus|moin|hola|bonjour|ciao|salut|yo|howdy|greetings|good (?:morning|afternoon|evening|day)|guten (?:tag|morgen|abend)|grüß gott)(?: (?:there|everyone|all|again|openclaw|guide|bot|claw|friend|you))*(?=[\s,.!?:;–-]|$)[\s,.!?:;–-]*)+/i;

/** How are you, nice to meet you: said with a greeting, and answered by one. */
const SMALL_TALK =
  /^(?:how are you(?: doing)?(?: today)?|how(?:'s| is) it going|what'?s up|wie geht'?s|nice to meet you|(?:is )?(?:anybody|anyone|somebody) (?:there|home)|are you (?:there|awake)|test(?:ing)?(?: test(?:ing)?)*(?: 1,? 2,? 3)?)[\s,.!?]*/i;

/** What is put before a question, and what after it. */
const BEFORE =
  /^(?:please|pls|ok(?:ay)?|so|well|and|then|now|also|um+|but|(?:can|could|would|will) (?:you|u) (?:please |kindly )?(?:tell|show|explain|remind)(?: to)? ?(?:me|us)?|(?:please )?tell (?:me|us)|show me|do you (?:happen to )?know|i(?:'d| would) (?:like|love) to know|i want to know|i wonder|(?:can|could|would) you(?: please)?|quick question)[\s,:]+(?=\S)/i;
const AFTER =
  /(?<=\S)[\s,]+(?:please|pls|thanks(?: a lot)?|thank you(?: very much)?|thx|for me|right now|at the moment|exactly|then|openclaw|guide)[\s,.!?]*$/i;
const END = /[\s,.!?]+$/;

/** Takes a message apart. What should be said back is not among it: it is taken as it stands. */
export function heardIn(text: string): Heard {
  if (text.length > MAX_HEARD_CHARS) return { greets: false, asks: [text] };
  const greeting = GREETING.exec(text)?.[0] ?? "";
  const rest = text.slice(greeting.length);
  const talk = SMALL_TALK.exec(rest)?.[0] ?? "";
  const asks = rest
    .slice(talk.length)
    .split(/(?<=[.!?])\s+|\n+|;\s+/)
    .map(bare)
    .filter((ask) => ask !== "");
  return {
    greets: greeting !== "" || talk !== "",
    asks: asks.length > MAX_ASKS ? [bare(rest)] : asks,
  };
}

/** A question without the words around it. */
function bare(sentence: string): string {
  let words = sentence.trim().replace(GREETING, "");
  for (let before = BEFORE.exec(words); before; before = BEFORE.exec(words)) {
    words = words.slice(before[0].length);
  }
  return words.replace(AFTER, "").replace(AFTER, "").replace(END, "");
}

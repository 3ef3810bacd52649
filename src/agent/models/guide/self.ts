/** What the guide is, in one sentence. It is said once in a conversation. */
export const SELF = "I am the guide built into OpenClaw: a small fixed program, not a language model.";

export { renderMessage } from "./message.ts";
export { renderPoll } from "./poll.ts";
export { type MediaForm, type MediaPart, partOf, type PollPart } from "./part.ts";
export { formatTarget, jidOf, senderId, target } from "./target.ts";

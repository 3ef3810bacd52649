export { ChatLiveReplies } from "./chat-live-replies.ts";
export type * from "./live-replies.ts";

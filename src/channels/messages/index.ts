export { Addressing } from "./addressing.ts";
export { Directory, type DirectoryQuestion } from "./directory.ts";
export { History } from "./history.ts";
export { Messages } from "./messages.ts";
export type {
  ActionAnswer,
  ActionRequest,
  ChatHere,
  PollRequest,
  Requester,
  SentMessage,
} from "./requests.ts";
export { supportedActions } from "./supported.ts";

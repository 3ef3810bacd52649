export { Addressing, type AddressingDeps, type KnownAccounts } from "./addressing.ts";
export { Directory, type DirectoryDeps, type DirectoryQuestion } from "./directory.ts";
export { History, type HistoryDeps } from "./history.ts";
export { Messages, type MessagesDeps } from "./messages.ts";
export type {
  ActionAnswer,
  ActionRequest,
  ChatHere,
  PollRequest,
  Requester,
  SendRequest,
  SentMessage,
} from "./requests.ts";
export { supportedActions } from "./supported.ts";

export {
  AccessGate,
  accountFindings,
  commonFindings,
  CommandOwner,
  MAX_PENDING_PER_ACCOUNT,
  Pairing,
  PAIRING_APPROVED_TEXT,
  PAIRING_TTL_MS,
  type PairingAccount,
  pairingAccounts,
  type PendingRequest,
} from "./access/index.ts";
export { withAccount } from "./account-section.ts";
export type { ActionResult, ChannelAction } from "./action.ts";
export {
  type Channel,
  type ChannelAccount,
  type ChannelConnection,
  type ChannelContext,
  type ChannelSelf,
  type ConnectionStatus,
  type Lifecycle,
  type SendRate,
  TargetError,
} from "./channel.ts";
export type {
  ChannelTurn,
  CommandAnswer,
  Conversations,
  Route,
  Speaker,
  TurnMedia,
  TurnObserver,
  TurnOutcome,
  TurnReply,
  TurnTaken,
} from "./conversations.ts";
export type {
  ChannelLinking,
  ChannelLogin,
  LinkFiles,
  LinkIdentity,
  LinkingDeps,
  LinksAtRest,
  LoginOutcome,
  LoginState,
} from "./linking.ts";
export type { Deliveries, DeliveryOutcome, DeliveryRequest } from "./deliveries.ts";
export { describedChannels, registerChannels, type RegisteredChannel } from "./registry.ts";
export type { Accounts } from "./accounts/index.ts";
export type { Chat, InboundEvent, InboundMessage, MediaRef, Person } from "./inbound-event.ts";
export {
  type OutboundMessage,
  type OutboundPoll,
  type Receipt,
  SendError,
  type SendFailure,
  type Target,
} from "./outbound-message.ts";
export {
  AccountLinks,
  type AccountView,
  ChannelAccounts,
  ChannelStatus,
  configFindings,
  countQueues,
} from "./accounts/index.ts";
export { Inbound } from "./inbound/index.ts";
export { ChatLiveReplies } from "./live/index.ts";
export { DurableDeliveries, MessageQueue } from "./outbound/index.ts";
export { BindingRouter, readBindings } from "./routing/index.ts";
export {
  type ActionRequest,
  Addressing,
  type ChatHere,
  Directory,
  History,
  Messages,
  supportedActions,
} from "./messages/index.ts";

export {
  type AccessGateDeps,
  AccessGate,
  accountFindings,
  commonFindings,
  CommandOwner,
  type OwnerClaim,
  ownerEntry,
  MAX_PENDING_PER_ACCOUNT,
  Pairing,
  PAIRING_APPROVED_TEXT,
  PAIRING_TTL_MS,
  type PairingAccount,
  pairingAccounts,
  type PendingRequest,
  type RequestRef,
} from "./access/index.ts";
export type { ActionName, ActionResult, ChannelAction, DirectoryEntry } from "./action.ts";
export {
  type Channel,
  type ChannelAccount,
  type ChannelCapabilities,
  type ChannelConnection,
  type ChannelContext,
  type ChannelMeta,
  type ConnectionStatus,
  type Lifecycle,
  type SendRate,
  TargetError,
} from "./channel.ts";
export type { ConfigFinding } from "./config-finding.ts";
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
export type { Deliveries, DeliveryOutcome, DeliveryRequest } from "./deliveries.ts";
export { type ChannelDeps, describedChannels, registerChannels, type RegisteredChannel } from "./registry.ts";
export type { Accounts } from "./accounts/index.ts";
export type {
  Chat,
  InboundEvent,
  InboundMessage,
  InboundPress,
  InboundReaction,
  MediaRef,
  Person,
} from "./inbound-event.ts";
export {
  type Button,
  type OutboundMedia,
  type OutboundMessage,
  type OutboundPoll,
  type Receipt,
  SendError,
  type SendFailure,
  type Target,
} from "./outbound-message.ts";
export {
  type AccountView,
  ChannelAccounts,
  ChannelStatus,
  configFindings,
  countQueues,
} from "./accounts/index.ts";
export { Inbound } from "./inbound/index.ts";
export { ChatLiveReplies } from "./live/index.ts";
export { DurableDeliveries, MessageQueue } from "./outbound/index.ts";
export { BindingRouter, type BindingRouterDeps, readBindings } from "./routing/index.ts";
export {
  type ActionAnswer,
  type ActionRequest,
  Addressing,
  type ChatHere,
  Directory,
  History,
  Messages,
  type Requester,
  supportedActions,
} from "./messages/index.ts";

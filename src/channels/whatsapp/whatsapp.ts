import type { ChannelKeyRepository } from "../../store/index.ts";
import type { Channel, ChannelContext } from "../channel.ts";
import type { OpenMedia } from "../files/index.ts";
import { whatsappAccounts, whatsappSettings } from "./account/index.ts";
import { formatTarget, renderMessage, renderPoll, senderId, target } from "./render/index.ts";

export interface WhatsappDeps {
  /** Reads files that are to be sent. */
  readonly openMedia: OpenMedia;
  /** 0 to 1, for the jitter of pauses. */
  readonly random: () => number;
  /** Where links are kept; absent for those who connect no account. */
  readonly keys?: ChannelKeyRepository;
  /** The process environment, which may name a server in place of WhatsApp's own. */
  readonly processEnv?: Readonly<Record<string, string>>;
  /** Where earlier versions may have left links. */
  readonly places?: { readonly stateDir: string; readonly home: string };
}

/** The channel WhatsApp. What it takes to connect is loaded with the first account that is linked. */
export function whatsappChannel({ openMedia, random, keys, processEnv = {}, places }: WhatsappDeps): Channel {
  return {
    meta: {
      id: "whatsapp",
      label: "WhatsApp",
      detailLabel: "WhatsApp Web",
      systemImage: "message",
      idLabel: "WhatsApp phone number",
    },
    capabilities: {
      chatKinds: ["direct", "group"],
      edit: true,
      reactions: true,
      topics: false,
      polls: true,
      nativeCommands: false,
      buttons: false,
      drafts: false,
      media: ["image", "voice", "audio", "video", "animation", "document"],
    },
    isRepeatable: true,
    accounts: whatsappAccounts,
    target,
    formatTarget,
    senderId,
    render: renderMessage,
    renderPoll,
    // Markup is text here; there is nothing that could not be read.
    plain: () => undefined,
    async start(context) {
      if (keys === undefined) throw new Error("WhatsApp accounts are connected by the gateway only.");
      const [{ WhatsappConnection }, { webPlace }] = await Promise.all([
        import("./connection.ts"),
        import("./socket/place.ts"),
      ]);
      if (places !== undefined) await takeOver(context, keys, places);
      return new WhatsappConnection(context, { keys, place: webPlace(processEnv), openMedia, random });
    },
  };
}

/** An account without a link takes that over which an earlier version left. */
async function takeOver(
  { account, clock, log }: ChannelContext,
  keys: ChannelKeyRepository,
  { stateDir, home }: NonNullable<WhatsappDeps["places"]>,
): Promise<void> {
  const owner = { channel: "whatsapp", accountId: account.id };
  if ((await keys.creds(owner)) !== undefined) return;
  const { adoptLink, linkFolders } = await import("./link/index.ts");
  const { authDir } = whatsappSettings(account);
  const folders = linkFolders({ accountId: account.id, authDir, stateDir, home });
  await adoptLink(owner, folders, { keys, stateDir, clock, log });
}

import { DEFAULT_ACCOUNT } from "../../../config/index.ts";
import { CodeScreen } from "../../channels/link/code-screen.ts";
import { followLogin } from "../../channels/link/follow-login.ts";
import { storedLinks } from "../../channels/link/stored-links.ts";
import { CliError } from "../../errors.ts";
import { withGateway } from "../../rpc/gateway.ts";
import type { Session } from "../../session.ts";
import { editConfig } from "../edit.ts";
import { HERE } from "../here.ts";
import type { Interview } from "../interview.ts";

const WHATSAPP = "whatsapp";

/** What links it at any other time. */
const LATER = "Link it whenever you like: openclaw channels login --channel whatsapp";

/** Switches WhatsApp on; its phone is linked by a gateway that runs. @throws CliError */
export async function chooseWhatsapp(session: Session, { prompts }: Interview): Promise<void> {
  const { withAccount } = await import("../../../channels/index.ts");
  await editConfig(session, (config) => withAccount(config, WHATSAPP, DEFAULT_ACCOUNT, { enabled: true }));
  await prompts.note(
    "A phone is linked by a code, which is shown as soon as the gateway runs. Have it at hand.\nA number of its own for the agent is the better choice: on your own number it sees your chats.",
    "WhatsApp",
  );
}

/** Shows the code to a person at the terminal until a phone has scanned it. What goes wrong is told, and no reason to stop. */
export async function linkPhone(session: Session, { prompts }: Interview): Promise<void> {
  const links = await storedLinks(session.paths.dbPath);
  if (links.some(({ channel, accountId }) => channel === WHATSAPP && accountId === DEFAULT_ACCOUNT)) return;
  const question = "Link WhatsApp now? Have the phone at hand.";
  if (!(await prompts.confirm({ question, initial: true }))) {
    await prompts.told(LATER);
    return;
  }
  try {
    const { connected, message } = await login(session);
    await prompts.told(message, connected === true ? "success" : "warn");
    if (connected !== true) await prompts.told(LATER);
    else {
      await prompts.note(
        "Nobody can use it yet: whoever writes to the number is answered with a code.\nWrite to it from another phone, then let yourself in with the command it shows:\nopenclaw pairing approve whatsapp <code>\nThe first one let in this way is its owner.",
        "Who may write to it",
      );
    }
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    await prompts.told(error.message, "error");
    await prompts.told(LATER);
  }
}

async function login(session: Session) {
  const { out, clock } = session;
  const screen = new CodeScreen({
    clock,
    isTerminal: out.interactive,
    color: out.color,
    write: (text) => out.raw(text),
  });
  const wish = { channel: WHATSAPP, accountId: DEFAULT_ACCOUNT, force: false, verbose: false };
  // Ctrl-C leaves the whole onboarding, as at any question; the gateway ends a login that nobody watches.
  const { signal } = new AbortController();
  return withGateway(session, HERE, { scopes: ["operator.admin"] }, (client) =>
    followLogin(client, wish, { screen, told: (message) => out.note(message), signal }),
  );
}

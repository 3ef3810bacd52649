import { whatsappLinking } from "../../../src/channels/whatsapp/link/index.ts";
import { webPlace, type WebPlace } from "../../../src/channels/whatsapp/socket/index.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { Egress } from "../../../src/lib/egress/index.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { type KeyOwner, openStore, type Store } from "../../../src/store/index.ts";
import { FakeWhatsapp } from "../../fakes/whatsapp/index.ts";
import { tempDir } from "../../store/temp.ts";
import { until, within } from "../../support/index.ts";

/** A store with the link of an account to the first phone of a WhatsApp of its own. */
export interface LinkedStore extends AsyncDisposable {
  readonly fake: FakeWhatsapp;
  readonly store: Store;
  readonly owner: KeyOwner;
  readonly place: WebPlace;
  readonly egress: Egress;
}

/** Links it as its owner would; nothing is connected afterwards. */
export async function linkedStore(): Promise<LinkedStore> {
  await using stack = new AsyncDisposableStack();
  const fake = stack.use(await FakeWhatsapp.start());
  const dir = stack.use(tempDir());
  const log = silentLogger;
  const store = await openStore({ path: dir.file("db.sqlite"), clock: systemClock, log });
  stack.defer(() => store.close());
  const egress = new Egress({ clock: systemClock });
  const deps = { keys: store.channelKeys, egress, processEnv: fake.env, clock: systemClock, log };
  const login = whatsappLinking(deps).login("default", { verbose: false, beforeKeeping: async () => {} });
  await fake.home.scan(await until("a code", () => login.state.kind === "code" && login.state.text));
  await within("the link", login.over);
  const all = stack.move();
  return {
    fake,
    store,
    owner: { channel: "whatsapp", accountId: "default" },
    place: webPlace(fake.env),
    egress,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

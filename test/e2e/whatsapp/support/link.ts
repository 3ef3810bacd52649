import { whatsappLinking } from "../../../../src/channels/whatsapp/link/index.ts";
import { systemClock } from "../../../../src/lib/clock.ts";
import { Egress } from "../../../../src/lib/egress/index.ts";
import { silentLogger } from "../../../../src/lib/logger.ts";
import { openStore } from "../../../../src/store/index.ts";
import type { FakeWhatsapp, Phone } from "../../../fakes/whatsapp/index.ts";
import type { TempHome } from "../../../support/index.ts";

/** Links an account of a gateway that does not run, as its owner would: the phone scans the code it is shown. */
export async function linkAccount(
  home: TempHome,
  fake: FakeWhatsapp,
  phone: Phone,
  accountId = "default",
): Promise<void> {
  const path = home.at(".openclaw/state/openclaw.sqlite");
  const store = await openStore({ path, clock: systemClock, log: silentLogger });
  const linking = whatsappLinking({
    keys: store.channelKeys,
    egress: new Egress({ clock: systemClock }),
    processEnv: fake.env,
    clock: systemClock,
    log: silentLogger,
  });
  const login = linking.login(accountId, { beforeKeeping: async () => {}, verbose: false });
  const scanned = new Set<string>();
  login.onChange(() => {
    const { state } = login;
    if (state.kind !== "code" || scanned.has(state.text)) return;
    scanned.add(state.text);
    void phone.scan(state.text);
  });
  const outcome = await login.over;
  await store.close();
  if (outcome.kind !== "linked") throw new Error(`not linked: ${outcome.message}`);
}

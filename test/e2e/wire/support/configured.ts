import { type GatewayOptions, type GatewayProcess, spawnGateway, tempHome } from "../../../support/index.ts";

/** A gateway whose `gateway` section is this, and that has no secret from elsewhere. */
export async function gatewayWith(
  auth: object,
  rest: object = {},
  options: GatewayOptions = {},
): Promise<GatewayProcess> {
  const home = await tempHome();
  await home.write(".openclaw/openclaw.json", { gateway: { mode: "local", auth, ...rest } });
  const gateway = await spawnGateway({ ...options, home, token: null });
  const dispose = gateway[Symbol.asyncDispose].bind(gateway);
  return Object.assign(gateway, {
    async [Symbol.asyncDispose]() {
      await dispose();
      await home[Symbol.asyncDispose]();
    },
  });
}

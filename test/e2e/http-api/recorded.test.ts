import { afterAll, beforeAll, describe, test } from "bun:test";
import { cases, replay } from "../../gateway/http/openai/support/recorded.ts";
import { PEER_USAGE, recordedPeer } from "../../gateway/http/openai/support/recorded-peer.ts";
import { type ApiWorld, apiWorld } from "./world.ts";

let world: ApiWorld;
beforeAll(async () => {
  world = await apiWorld({ fake: { usage: PEER_USAGE } });
  world.fake.on(recordedPeer);
});
afterAll(() => world[Symbol.asyncDispose]());

/** Names the models there are, which the recording could not know. */
const OTHERWISE = ["model override unknown"];

for (const name of ["models", "responses", "chat-completions"]) {
  describe(`${name}: recorded requests get the recorded replies of the compiled gateway`, async () => {
    for (const one of (await cases(name)).filter((one) => !OTHERWISE.includes(one.name)))
      test(one.name, () => replay(world, one, "pieces"));
  });
}

import { readEnv, resolvePaths } from "../../../src/config/index.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { findService, thisMachine } from "../../../src/service/index.ts";

// What `openclaw gateway restart` does when the gateway's own job is above it.
const [home = "", path = ""] = process.argv.slice(2);
const env = readEnv({ HOME: home, PATH: path });
const service = await findService(thisMachine(env, resolvePaths(env), systemClock), "launchd");
console.log((await service.restart()).result);

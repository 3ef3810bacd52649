// Run as a process of its own: raises `race.<name>` by one, again and again, and says each value once it is stored.
import { isObject } from "../../../src/config/index.ts";
import { storeIn } from "./fixture.ts";

const [folder = "", name = ""] = process.argv.slice(2);
const store = storeIn({ path: folder });
for (;;) {
  let stored = 0;
  await store.edit((config) => {
    const all = isObject(config) ? config : {};
    const race = isObject(all["race"]) ? all["race"] : {};
    stored = (typeof race[name] === "number" ? race[name] : 0) + 1;
    return { ...all, race: { ...race, [name]: stored } };
  });
  await Bun.write(Bun.stdout, `${stored}\n`);
}

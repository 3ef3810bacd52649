export { readArrival } from "./arrival.ts";
export { eventOf, type Keyed, type Surroundings } from "./event.ts";
export { type Locator, locatorOf, type MediaType } from "./media.ts";
export { isGroup, isIgnoredChat, type OwnIds, userOf } from "./people.ts";

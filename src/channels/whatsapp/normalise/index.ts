export { readArrival } from "./arrival.ts";
export { eventOf, type Keyed, type Surroundings } from "./event.ts";
export { locatorOf, type MediaType } from "./media.ts";
export { isGroup, isIgnoredChat, isLid, type OwnIds, userOf } from "./people.ts";

export { isWithin, realOf } from "./real-path.ts";
export { swapPaths } from "./swap-paths.ts";
export { syncedBy } from "./synced-folder.ts";

export { copyAnew } from "./copy-anew.ts";
export { isWithin, realOf } from "./real-path.ts";
export { setMode } from "./set-mode.ts";
export { swapPaths } from "./swap-paths.ts";
export { syncedBy } from "./synced-folder.ts";

export { swapPaths } from "./swap-paths.ts";

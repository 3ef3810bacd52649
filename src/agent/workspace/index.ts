export { AgentIdentities, type AgentIdentity } from "./agent-identities.ts";
export { FileCache, sha256, type WorkspaceFile } from "./file-cache.ts";
export { BOOTSTRAP_FILES, bootstrapFile, type BootstrapFile } from "./file-names.ts";
export { type FileIdentity, readIdentityFile } from "./identity-file.ts";
export {
  FileConflictError,
  type FileFacts,
  UnknownFileError,
  UnsafeFileError,
  WorkspaceFiles,
} from "./workspace-files.ts";

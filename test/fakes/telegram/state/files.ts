import { badRequest } from "../errors.ts";

/** A bot may fetch files up to 20 MB. */
const MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024;

export interface StoredFile {
  readonly id: string;
  readonly uniqueId: string;
  readonly bytes: Uint8Array;
  /** What Telegram says its size is; nothing when it does not know. */
  readonly size: number | undefined;
  readonly mimeType: string;
  readonly name: string | undefined;
  /** Below `/file/bot<token>/`. */
  readonly path: string;
}

export interface FileOptions {
  readonly id?: string;
  readonly mimeType?: string;
  readonly name?: string;
  readonly folder?: string;
  /** What is said of the size; the true one when not given, nothing for null. */
  readonly size?: number | null;
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "image/gif": "gif",
  "audio/ogg": "oga",
  "audio/mpeg": "mp3",
  "video/mp4": "mp4",
  "application/pdf": "pdf",
  "text/plain": "txt",
};

/** Files people and bots have sent. */
export class FileStore {
  readonly #byId = new Map<string, StoredFile>();
  readonly #byPath = new Map<string, StoredFile>();

  put(bytes: Uint8Array, options: FileOptions = {}): StoredFile {
    const number = this.#byId.size + 1;
    const { mimeType = "application/octet-stream", name, folder = "documents" } = options;
    const extension = name?.split(".").at(1) ?? EXTENSIONS[mimeType] ?? "bin";
    const file: StoredFile = {
      id: options.id ?? `AgACAgIAAxkBAAI${number}file`,
      uniqueId: `AQAD${number}`,
      bytes,
      size: options.size === null ? undefined : (options.size ?? bytes.length),
      mimeType,
      name,
      path: `${folder}/file_${number}.${extension}`,
    };
    this.#byId.set(file.id, file);
    this.#byPath.set(file.path, file);
    return file;
  }

  /** All of them, oldest first. */
  get all(): readonly StoredFile[] {
    return [...this.#byId.values()];
  }

  get(id: string): StoredFile | undefined {
    return this.#byId.get(id);
  }

  /** For `getFile`. @throws ApiError 400 */
  fetchable(id: string): StoredFile {
    const file = this.#byId.get(id);
    if (!file) throw badRequest("wrong file_id or the file is temporarily unavailable");
    if ((file.size ?? file.bytes.length) > MAX_DOWNLOAD_BYTES) throw badRequest("file is too big");
    return file;
  }

  atPath(path: string): StoredFile | undefined {
    return this.#byPath.get(path);
  }
}

import type { Clock } from "../../../lib/clock.ts";
import type { Logger } from "../../../lib/logger.ts";
import type { FetchedMedia } from "../../channel.ts";
import { sniffedType } from "../../files/index.ts";
import type { TurnMedia } from "../../conversations.ts";
import type { MediaRef } from "../../inbound-event.ts";
import { Stopped } from "../durable.ts";
import type { Scene } from "../hearing.ts";
import {
  MAX_IMAGE_BYTES,
  MAX_SHOWN_BYTES,
  MAX_SHOWN_TEXT_BYTES,
  MEDIA_FETCH_MS,
  MEDIA_FETCHES,
  MEDIA_MAX_MB,
} from "../limits.ts";
import type { MediaFolder } from "./media-folder.ts";
import { oneLine } from "../words/said.ts";

/** The files of a message, as an agent is told of them. */
export interface Brought {
  /** Shown to the model. */
  readonly media: readonly TurnMedia[];
  /** One line for each that the model does not see, and for each that could not be had. */
  readonly lines: readonly string[];
}

/** Pictures models take. */
const IMAGES: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** `type/subtype`, as registries have them. */
const TYPE_FORM = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/;

const UNKNOWN_TYPE = "application/octet-stream";

const TEXT = /^(?:text\/|application\/(?:json|xml|yaml|x-yaml|toml|javascript|sql)\b)/;

/** Fetches the files of messages, a few at a time. */
export class MediaIntake {
  readonly #folder: MediaFolder;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #waiting: (() => void)[] = [];
  readonly #controller = new AbortController();
  #free = MEDIA_FETCHES;

  constructor(deps: { readonly folder: MediaFolder; readonly clock: Clock; readonly log: Logger }) {
    this.#folder = deps.folder;
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  /** `key` names the message. What cannot be had is told in words. @throws Stopped */
  async fetch(scene: Scene, refs: readonly MediaRef[], key: string): Promise<Brought> {
    const media: TurnMedia[] = [];
    const lines: string[] = [];
    let shown = 0;
    for (const [index, ref] of refs.entries()) {
      if (isDrawnSticker(ref)) continue;
      await this.#slot();
      try {
        const file = await this.#fetched(scene, ref);
        const isShown = isForModels(file) && shown + file.bytes.length <= MAX_SHOWN_BYTES;
        if (isShown) {
          shown += file.bytes.length;
          media.push({ ...file, ...shownName(file, ref) });
        }
        if (!isShown || !IMAGES.has(file.mimeType))
          lines.push(await this.#kept(scene, ref, file, `${key}#${index}`));
      } catch (error) {
        if (this.#controller.signal.aborted) throw new Stopped();
        const reason = error instanceof Error ? error.message : String(error);
        this.#log.info("a file from a chat is not available", { kind: ref.kind, reason });
        lines.push(`[media unavailable: ${oneLine(reason)}]`);
      } finally {
        this.#release();
      }
    }
    return { media, lines };
  }

  /** Nobody waits for files any more. */
  stop(): void {
    this.#controller.abort();
  }

  async #fetched({ account, connection }: Scene, ref: MediaRef): Promise<FetchedMedia> {
    const maxMb = account.settings.mediaMaxMb ?? MEDIA_MAX_MB;
    const maxBytes = Math.floor(maxMb * 1_024 * 1_024);
    if ((ref.sizeBytes ?? 0) > maxBytes) {
      throw new Error(`${sizeOf(ref.sizeBytes ?? 0)} is more than the ${maxMb} MB that mediaMaxMb allows`);
    }
    const controller = new AbortController();
    const timer = this.#clock.after(MEDIA_FETCH_MS, () =>
      controller.abort(new Error("the platform took too long")),
    );
    try {
      const signal = AbortSignal.any([controller.signal, this.#controller.signal]);
      return asItIs(await connection.fetchMedia(ref, maxBytes, signal));
    } finally {
      timer.cancel();
    }
  }

  async #kept({ route }: Scene, ref: MediaRef, file: FetchedMedia, key: string): Promise<string> {
    const { name } = nameOf(file, ref);
    const facts = [file.mimeType, sizeOf(file.bytes.length), durationOf(ref)].filter((fact) => fact !== "");
    const about = `<media:${ref.kind}>${name === undefined ? "" : ` ${oneLine(name)}`} (${facts.join(", ")})`;
    try {
      const path = await this.#folder.keep(route.sessionKey, key, { ...file, name });
      return `${about}\nSaved as ${path}`;
    } catch (error) {
      this.#log.warn("a file from a chat could not be saved", { error });
      return `${about}\n[media unavailable: it could not be saved]`;
    }
  }

  async #slot(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }

  #release(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}

/** Vector and video stickers are told by their emoji. */
function isDrawnSticker({ kind, mimeType }: MediaRef): boolean {
  return kind === "sticker" && !(mimeType !== undefined && IMAGES.has(mimeType));
}

/**
 * The file with a type that can be believed: senders name types as they like. A picture is what its bytes say, since models
 * refuse the whole conversation for one that is none; any other type is a type by its form, or unknown.
 */
function asItIs(file: FetchedMedia): FetchedMedia {
  const named = TYPE_FORM.test(file.mimeType) ? file.mimeType : UNKNOWN_TYPE;
  if (!named.startsWith("image/")) return named === file.mimeType ? file : { ...file, mimeType: named };
  const seen = sniffedType(file.bytes);
  const isPicture = seen !== undefined && IMAGES.has(seen);
  if (!isPicture && !IMAGES.has(named)) return file;
  return { ...file, mimeType: seen ?? UNKNOWN_TYPE };
}

function isForModels({ mimeType, bytes }: FetchedMedia): boolean {
  if (IMAGES.has(mimeType)) return bytes.length <= MAX_IMAGE_BYTES;
  return TEXT.test(mimeType) && bytes.length <= MAX_SHOWN_TEXT_BYTES;
}

function nameOf(file: FetchedMedia, ref: MediaRef): { readonly name?: string } {
  const name = ref.name ?? file.name;
  return name === undefined ? {} : { name };
}

/** The name as it stands among our words. */
function shownName(file: FetchedMedia, ref: MediaRef): { readonly name?: string } {
  const { name } = nameOf(file, ref);
  return name === undefined ? {} : { name: oneLine(name) };
}

function sizeOf(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  const kb = bytes / 1_024;
  return kb < 1_024 ? `${Math.round(kb)} KB` : `${(kb / 1_024).toFixed(1)} MB`;
}

function durationOf({ durationSeconds }: MediaRef): string {
  return durationSeconds === undefined ? "" : `${durationSeconds} s`;
}

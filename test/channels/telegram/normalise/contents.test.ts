import { expect, test } from "bun:test";
import { message, said, whyIgnored } from "./read.ts";

test("of a photo the largest size is taken", () => {
  const photo = [
    { file_id: "s", width: 90, height: 90, file_size: 1 },
    { file_id: "l", width: 1280, height: 1280, file_size: 9 },
    { file_id: "m", width: 320, height: 320, file_size: 5 },
  ];
  expect(said({ photo }).media).toEqual([
    { kind: "image", fileId: "l", mimeType: "image/jpeg", sizeBytes: 9 },
  ]);
});

test.each([
  [{ voice: { file_id: "f", duration: 3 } }, { kind: "voice", mimeType: "audio/ogg", durationSeconds: 3 }],
  [
    { audio: { file_id: "f", duration: 3, mime_type: "audio/mpeg", file_name: "a.mp3" } },
    { kind: "audio", mimeType: "audio/mpeg", name: "a.mp3" },
  ],
  [{ video: { file_id: "f", mime_type: "video/mp4" } }, { kind: "video" }],
  [{ video_note: { file_id: "f", length: 240 } }, { kind: "video", mimeType: "video/mp4" }],
  [{ animation: { file_id: "f" }, document: { file_id: "d" } }, { kind: "animation" }],
  [{ document: { file_id: "f", file_name: "a.pdf", mime_type: "application/pdf" } }, { kind: "document" }],
])("a file is told by what it is: %j", (fields, media) => {
  expect(said(fields).media).toMatchObject([{ fileId: "f", ...media }]);
});

test("a sticker is its emoji, and a picture when it stands still", () => {
  const still = said({ sticker: { file_id: "f", emoji: "👋", is_animated: false, is_video: false } });
  expect(still).toMatchObject({ text: "👋", media: [{ kind: "sticker", mimeType: "image/webp" }] });
  const moving = said({ sticker: { file_id: "f", is_animated: true } });
  expect(moving).toMatchObject({ text: "<media:sticker>", media: [] });
});

test("parts of an album share its id", () => {
  expect(said({ photo: [{ file_id: "f" }], media_group_id: "g1" }).albumId).toBe("g1");
});

test.each([
  [
    { venue: { location: { latitude: 1, longitude: 2 }, title: "Tower", address: "Paris" }, location: {} },
    "📍 1.000000, 2.000000\nTower, Paris",
  ],
  [{ contact: { first_name: "Bo", last_name: "Li", phone_number: "+491" } }, "👤 Bo Li, +491"],
  [{ dice: { emoji: "🎯", value: 6 } }, "🎯 6"],
  [{ poll: { question: "Q?", options: [{ text: "a" }, { text: "b" }] } }, "📊 Q?\n- a\n- b"],
  [
    { checklist: { title: "To do", tasks: [{ text: "a", completion_date: 1 }, { text: "b" }] } },
    "📋 To do\n- [x] a\n- [ ] b",
  ],
  [{ paid_media: { star_count: 5, paid_media: [] } }, "[paid media, 5 stars]"],
  [
    {
      rich_message: {
        blocks: [
          { type: "heading", text: "Head" },
          { type: "paragraph", text: ["one ", { type: "bold", text: "two" }] },
          { type: "list", items: [{ blocks: [{ type: "paragraph", text: "item" }] }] },
          { type: "table", cells: [[{ text: "a" }, { text: "b" }]] },
        ],
      },
    },
    "Head\none two\nitem\na | b",
  ],
  [{ hologram: { size: 3 } }, "[a message of a kind that cannot be shown: hologram]"],
])("what is neither text nor a file is told in words: %j", (fields, text) => {
  expect(said(fields).text).toBe(text);
});

test("a caption comes before what is told beside it", () => {
  expect(said({ text: "roll", dice: { emoji: "🎲", value: 2 } }).text).toBe("roll\n🎲 2");
});

test("a kind nobody knows does not hide what is said", () => {
  expect(said({ text: "a", hologram: {} }).text).toBe("a");
});

test.each([
  "new_chat_members",
  "pinned_message",
  "forum_topic_created",
  "video_chat_started",
  "left_chat_member",
])("nobody said %s", (name) => {
  expect(whyIgnored({ message: message({ [name]: { id: 1 } }) })).toBe(`a service message: ${name}`);
});

test("a message that says nothing is ignored", () => {
  expect(whyIgnored({ message: message({}) })).toBe("a message that says nothing");
});

import type { Ids } from "../../../lib/ids.ts";

const MANNERS =
  "able bold brave brief bright calm clear cosy crisp eager early fair fond frank fresh gentle glad grand honest jolly keen kind lively loyal lucky mellow merry mild modest neat nimble noble open patient plain polite prompt proud quick quiet ready shy sly smart snug solid steady sunny swift tidy trusty vivid warm wise witty young".split(
    " ",
  );
const ANIMALS =
  "adder badger bat bear beaver bee bison boar carp cat crab crane crow deer dingo dove duck eel elk ermine falcon ferret finch fox frog gecko goat goose hare hawk heron ibex jackal jay kestrel kite koala lark lemur lion lobster lynx magpie marten mole moose moth mouse newt otter owl panda perch pike puffin quail raven robin seal shrew skua sloth snail stork swan tern tiger toad trout vole wasp whale wolf wombat wren yak zebra".split(
    " ",
  );

/** A short name that is easy to repeat, such as `lucky-otter`; with a number when all of that kind are taken. */
export function freshName(ids: Ids, taken: (name: string) => boolean): string {
  const random = Buffer.from(ids.hex(4), "hex");
  const manner = MANNERS[random.readUInt16BE(0) % MANNERS.length];
  const name = `${manner}-${ANIMALS[random.readUInt16BE(2) % ANIMALS.length]}`;
  if (!taken(name)) return name;
  let number = 2;
  while (taken(`${name}-${number}`)) number += 1;
  return `${name}-${number}`;
}

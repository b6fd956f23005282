import { UNVALUED } from '../../../src/market/value-steps';
import { WordPostings } from '../../../src/market/word-postings';
import { Random } from '../random';
import { holds, same } from './expect';
import { areEmpty, type Maps, noteMaps } from './tables';

/** Items by word against plain lists: each once, all that are filed under the steps asked for. */
export function checkWordPostings(): void {
  for (const seed of [5, 63, 400, 100_000]) checkRandomly(seed);
  checkOrder();
  checkReuse();
}

interface Filed {
  word: number;
  step: number;
  node: number;
}

function visited(postings: WordPostings, ...[word, from, to]: number[]): string[] {
  const found: string[] = [];
  postings.visit(word!, from!, to!, (node, step) => void found.push(`${node} in ${step}`));
  return found.sort();
}

function checkRandomly(seed: number): void {
  const random = new Random(seed);
  const postings = new WordPostings();
  const filed: Filed[] = [];
  const written: Maps = new Set();
  const step = () => random.pick([0, 15, 16, 17, 31, 32, 200, 207, 208, 847, UNVALUED - 1, UNVALUED, UNVALUED]);
  for (let round = 0; round < 700; round++) {
    if (random.chance(round % 200 < 130 ? 0.8 : 0.3)) {
      const node = random.chance(0.1) ? 2 ** 22 - 2 - random.below(3) : random.below(300);
      const one = { word: random.below(3), step: step(), node };
      if (filed.some((other) => other.word === one.word && other.node === one.node)) continue;
      const inBulk = random.chance(0.4);
      noteMaps(written, () => postings.add(one.word, one.step, one.node, inBulk));
      filed.push(one);
    } else if (filed.length > 0) {
      const [one] = filed.splice(random.below(filed.length), 1);
      postings.remove(one!.word, one!.step, one!.node);
    }
    if (round % 50 === 49) postings.compact();
    if (round % 10 > 0) continue;
    for (const word of [0, 1, 2, 3]) {
      const [from, to] = random.chance(0.3) ? [0, UNVALUED] : [step(), step()].sort((a, b) => a - b);
      check(postings, filed, [word, from!, to!]);
    }
  }
  for (const { word, step: at, node } of filed) postings.remove(word, at, node);
  for (const word of [0, 1, 2]) same(visited(postings, word, 0, UNVALUED), [], 'nothing left');
  holds(areEmpty(written), 'directories with something left');
}

function check(postings: WordPostings, filed: readonly Filed[], asked: [number, number, number]): void {
  const [word, from, to] = asked;
  const isAsked = (one: Filed) => one.word === word && one.step >= from && one.step <= to;
  const expected = filed.filter(isAsked).map(({ node, step }) => `${node} in ${step}`);
  same(visited(postings, ...asked), expected.sort(), `word ${word}, steps ${from}..${to}`);
}

/** Within a doubling by step, so that what lies beyond the steps asked for is not read. */
function checkOrder(): void {
  for (const inBulk of [false, true]) {
    const postings = new WordPostings();
    for (const step of [40, 33, 47, 32, 38]) postings.add(1, step, 100 - step, inBulk);
    const nodes: number[] = [];
    postings.visit(1, 0, UNVALUED, (node) => void nodes.push(node));
    same(nodes, [68, 67, 62, 60, 53], 'by step');
  }
}

/** Lists that were given back are used again, and a doubling that nothing lies in is not looked for. */
function checkReuse(): void {
  const postings = new WordPostings();
  same(postings.byteLength, 4096, 'bytes of an empty one');
  for (let word = 0; word < 64; word++) postings.add(word, 200, word);
  const { byteLength } = postings;
  same(byteLength, 4096 + 64 * 9, 'bytes of 64 lists');
  for (let word = 64; word < 600; word++) {
    postings.remove(word - 64, 200, word - 64);
    postings.add(word, 200, word);
  }
  same(postings.byteLength, byteLength, 'bytes after churn');
  for (let word = 536; word < 600; word++) same(visited(postings, word, 0, 959), [`${word} in 200`], 'kept');
  for (let word = 600; word < 617; word++) postings.add(word, 200, 1);
  same(postings.byteLength, 4096 + 81 * 9, 'a quarter more');
  for (let node = 0; node < 3000; node++) postings.add(node % 700, 200, 1000 + node);
  const grown = postings.byteLength;
  postings.compact();
  holds(postings.byteLength < grown, 'what was free is given back');
  let looked = 0;
  const { get } = Map.prototype;
  Map.prototype.get = function (this: Map<unknown, unknown>, key: unknown) {
    looked++;
    return get.call(this, key);
  };
  try {
    postings.visit(600, 0, UNVALUED - 1, () => {});
  } finally {
    Map.prototype.get = get;
  }
  same(looked, 1, 'doublings looked for');
}

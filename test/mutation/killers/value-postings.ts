import { ValuePostings } from '../../../src/market/value-postings';
import { UNVALUED, valueStep } from '../../../src/market/value-steps';
import { Random } from '../random';
import { holds, same } from './expect';

/** All items by value against a plain list: nearest first, each once, with bounds that hold. */
export function checkValuePostings(): void {
  for (const seed of [1, 2, 3]) checkRandomly(new Random(seed));
  checkChunks();
}

function checkRandomly(random: Random): void {
  const postings = new ValuePostings();
  const empty = postings.byteLength;
  same(empty, 4096 + 961 * 9, 'bytes of empty ones');
  const values = new Map<number, number>();
  const some = () =>
    random.pick([
      -1,
      random.below(5),
      random.below(300),
      random.between(1000, 1040),
      2 ** random.between(24, 53) - random.below(3),
    ]);
  for (let round = 0; round < 800; round++) {
    const node = random.below(400);
    const known = values.get(node);
    if (known !== undefined) {
      postings.remove(known, node);
      values.delete(node);
    } else {
      const value = some();
      postings.add(value, node, random.chance(0.4));
      values.set(node, value);
    }
    if (round % 100 === 99) postings.compact();
    if (round % 20 > 0) continue;
    for (const value of [-1, 0, 3, 1020, 2 ** 53 - 1, some(), some()]) checkNearest(postings, values, value, random);
    const [from, to] = [random.below(200), random.pick([random.between(0, 300), UNVALUED - 1, UNVALUED])];
    const found: number[] = [];
    postings.visit(from, to, (one) => void found.push(one));
    const isWithin = (value: number) => valueStep(value) >= from && valueStep(value) <= to;
    const expected = [...values].filter(([, value]) => isWithin(value)).map(([one]) => one);
    same(found.sort(), expected.sort(), `steps ${from}..${to}`);
  }
  for (const [node, value] of values) postings.remove(value, node);
  postings.visitNearest(5, () => {
    throw new Error('an item that is gone');
  });
  same(postings.byteLength, empty, 'memory is given back');
}

function checkNearest(
  postings: ValuePostings,
  values: ReadonlyMap<number, number>,
  value: number,
  random: Random,
): void {
  const distance = (node: number) => {
    const other = values.get(node)!;
    return value < 0 || other < 0 ? Infinity : Math.abs(other - value);
  };
  const seen: number[] = [];
  let visits = 0;
  let last = 0;
  postings.visitNearest(value, (nodes, atLeast) => {
    visits++;
    holds(nodes.length > 0, 'some');
    holds(atLeast >= last, 'growing distance');
    last = atLeast;
    const nearest = Math.min(...nodes.map(distance));
    holds(nearest >= atLeast, 'no nearer');
    // Rough values are off by a ten-millionth.
    const off = nearest === Infinity ? 0 : (value + nearest) * 3e-7 + 1e-9;
    holds(nearest === Infinity ? atLeast === Infinity : nearest <= atLeast + off, `${nearest}, at least ${atLeast}`);
    seen.push(...nodes);
    return true;
  });
  same([...seen].sort(), [...values.keys()].sort(), 'each once');
  const unvalued = seen.findIndex((node) => values.get(node)! < 0);
  holds(unvalued < 0 || seen.slice(unvalued).every((node) => values.get(node)! < 0), 'those without a value come last');
  if (visits === 0) return;
  const most = random.between(1, visits);
  let few = 0;
  postings.visitNearest(value, () => ++few < most);
  same(few, most, 'ends when told to');
}

/** No more than 32 at once, from both sides by turns. */
function checkChunks(): void {
  const postings = new ValuePostings();
  for (let node = 0; node < 100; node++) postings.add(1000, node, true);
  for (let node = 100; node < 200; node++) postings.add(1001 + node, node, true);
  for (let node = 200; node < 300; node++) postings.add(node, node, true);
  const chunks: [count: number, atLeast: number][] = [];
  postings.visitNearest(1000, (nodes, atLeast) => chunks.push([nodes.length, Math.round(atLeast)]) > 0);
  same(
    chunks.slice(0, 4),
    [
      [32, 0],
      [32, 0],
      [32, 0],
      [4, 0],
    ],
    'those of just this value',
  );
  same(chunks[4]![1], 101, 'the next one up');
  same(Math.max(...chunks.map(([count]) => count)), 32, 'at once');
}

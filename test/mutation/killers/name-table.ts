import { hashText } from '../../../src/util/hash';
import { NameTable } from '../../../src/util/name-table';
import { Random } from '../random';
import { same } from './expect';

/** The table after random changes against a map, with names that crowd in one place, and its size. */
export function checkNameTable(): void {
  checkChanges();
  checkCrowd();
  checkPlaces();
  checkMemory();
}

function checkChanges(): void {
  const random = new Random(7);
  const names = [...Array.from({ length: 60 }, (_, n) => `name ${n}`), ...crowd(10, 0x3f)];
  for (let round = 0; round < 6; round++) {
    const table = new NameTable();
    const numbers = new Map<string, number>();
    for (let step = 0; step < 600; step++) {
      const name = random.pick(names);
      const known = numbers.get(name);
      same(table.find(name), known ?? -1, 'number of a name');
      if (known === undefined) numbers.set(name, table.add(name));
      else {
        table.remove(known);
        numbers.delete(name);
      }
      same(table.size, numbers.size, 'size');
    }
    same(new Set(numbers.values()).size, numbers.size, 'a number each');
    same([...table.names()].sort(), [...numbers.keys()].sort(), 'names');
    for (const [name, number] of numbers) {
      same([table.find(name), table.name(number), table.hashes[number]], [number, name, hashText(name)], name);
    }
  }
}

/** More names for one place than are looked for beside it. */
function checkCrowd(): void {
  const names = crowd(150, 0xff);
  const table = new NameTable();
  for (const name of names) table.add(name);
  same(
    names.map((name) => table.find(name)),
    names.map((_, n) => n),
    'all are found',
  );
  for (let n = 0; n < names.length; n += 2) table.remove(n);
  same(
    names.map((name) => table.find(name)),
    names.map((_, n) => (n % 2 === 0 ? -1 : n)),
    'those that stay',
  );
  // Room has come up before those that lie elsewhere: they are found all the same.
  for (let n = 0; n < names.length; n += 2) table.add(names[n]!);
  for (const name of names) same(table.name(table.find(name)), name, 'all again');
}

/** Only what would lie too far from its place goes into a map, and only then is one read. */
function checkPlaces(): void {
  const calls = spyOnMaps();
  try {
    const table = new NameTable();
    for (let n = 0; n < 1000; n++) table.add(`n${n}`);
    for (let n = 0; n < 5000; n++) {
      table.remove(table.find(`n${n}`));
      table.add(`n${n + 1000}`);
    }
    same([table.find('n5500') >= 0, table.find('n1'), calls.set, calls.get], [true, -1, 0, 0], 'no map is needed');
    // One more than have room beside their place, and as many as one size of the table takes.
    const names = crowd(171, 0xff);
    const crowded = new NameTable();
    const counts = names.map((name, n) => {
      calls.set = 0;
      crowded.add(name);
      return n < 127 ? -1 : calls.set;
    });
    same(
      counts.slice(127, 170).reduce((sum, count) => sum + count, 0),
      RECORDED.put,
      'put into a map',
    );
    same(counts[170], RECORDED.putAnew, 'put into a map as the table grows');
    const few = new NameTable();
    for (const name of names.slice(0, 65)) few.add(name);
    same(few.find(names[64]!), 64, 'the only one in a map');
  } finally {
    calls.end();
  }
}

const RECORDED = { put: 43, putAnew: 43 };

function spyOnMaps(): { set: number; get: number; end(): void } {
  const { set, get } = Map.prototype;
  const calls = {
    set: 0,
    get: 0,
    end() {
      Object.assign(Map.prototype, { set, get });
    },
  };
  Map.prototype.set = function (this: Map<unknown, unknown>, key: unknown, value: unknown) {
    calls.set++;
    return set.call(this, key, value);
  };
  Map.prototype.get = function (this: Map<unknown, unknown>, key: unknown) {
    calls.get++;
    return get.call(this, key);
  };
  return calls;
}

/** What a table allocates follows from the names it holds at once. */
function checkMemory(): void {
  const table = new NameTable();
  const capacities = Array.from({ length: 40 }, (_, n) => {
    table.add(`n${n}`);
    return table.capacity;
  });
  same([...new Set(capacities)], [16, 18, 21, 24, 27, 31, 35, 40], 'room grows by an eighth');
  for (let n = 0; n < 400; n++) {
    table.remove(table.find(`n${n}`));
    same(table.add(`n${n + 40}`), n % 40, 'numbers are given again');
  }
  same(table.capacity, 40, 'and it stays as large');
}

/** Names that belong to one place of a table with a power of two of them. */
function crowd(count: number, mask: number): string[] {
  const names: string[] = [];
  for (let n = 0; names.length < count; n++) if ((hashText(`c${n}`) & mask) === 5) names.push(`c${n}`);
  return names;
}

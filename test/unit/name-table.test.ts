import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CountedNames } from '../../src/util/counted-names';
import { hashText } from '../../src/util/hash';
import { NameTable } from '../../src/util/name-table';

/** Names of one hash, found by trying. */
function namesakes(count: number): string[] {
  const byHash = new Map<number, string[]>();
  for (let n = 0; ; n++) {
    const name = n.toString(36);
    const slot = hashText(name) & 0x3ff; // of a table of up to 1,024 slots
    const names = byHash.get(slot) ?? [];
    names.push(name);
    if (names.length === count) return names;
    byHash.set(slot, names);
  }
}

describe('a table of names', () => {
  it('answers as a map does, whatever comes and goes', () => {
    const name = fc.oneof(fc.constantFrom('', 'a', 'b', '\0', 'ü', 'an item', ...namesakes(5)), fc.string());
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), name), { maxLength: 300, size: 'max' }), (steps) => {
        const table = new NameTable();
        const numbers = new Map<string, number>();
        for (const [isNew, name] of steps) {
          const known = numbers.get(name);
          expect(table.find(name)).toBe(known ?? -1);
          if (isNew && known === undefined) {
            const number = table.add(name);
            expect([...numbers.values()]).not.toContain(number);
            numbers.set(name, number);
          } else if (!isNew && known !== undefined) {
            table.remove(known);
            numbers.delete(name);
          }
          expect(table.size).toBe(numbers.size);
        }
        for (const [name, number] of numbers) {
          expect(table.find(name)).toBe(number);
          expect(table.name(number)).toBe(name);
          expect(table.hashes[number]).toBe(hashText(name));
          expect(number).toBeLessThan(table.capacity);
        }
        expect([...table.names()].sort()).toEqual([...numbers.keys()].sort());
      }),
    );
  });

  it('gives the numbers of names that have gone to later ones', () => {
    const table = new NameTable();
    for (let n = 0; n < 1000; n++) table.add(`name ${n}`);
    const { capacity } = table;
    for (let n = 0; n < 10_000; n++) {
      table.remove(table.find(`name ${n}`));
      table.add(`name ${n + 1000}`);
    }
    expect(table.capacity).toBe(capacity);
    expect(table.size).toBe(1000);
    expect(table.find('name 9999')).toBe(-1);
    expect(table.name(table.find('name 10500'))).toBe('name 10500');
  });

  it('holds names that were chosen to lie in one place', () => {
    const names = namesakes(300);
    const table = new NameTable();
    const numbers = names.map((name) => table.add(name));
    expect(names.map((name) => table.find(name))).toEqual(numbers);
    // Both near their place and far from it.
    for (const number of numbers.filter((_, i) => i % 3 === 0)) table.remove(number);
    expect(names.map((name) => table.find(name))).toEqual(numbers.map((number, i) => (i % 3 === 0 ? -1 : number)));
    names.forEach((name, i) => i % 3 === 0 && table.add(name));
    expect(names.map((name) => table.name(table.find(name)))).toEqual(names);
  });
});

describe('counted names', () => {
  it('go with the last use', () => {
    const names = new CountedNames();
    const ana = names.take('ana');
    expect(names.take('ana')).toBe(ana);
    names.giveBack(ana);
    expect(names.find('ana')).toBe(ana);
    names.giveBack(ana);
    expect(names.find('ana')).toBe(-1);
    expect(names.take('ben')).toBe(ana);
    expect(names.name(ana)).toBe('ben');
  });
});

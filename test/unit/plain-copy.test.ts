import { describe, expect, it } from 'vitest';
import { plainCopy } from '../../src/util/plain-copy';

describe('plainCopy', () => {
  const original = () => ({
    id: 'a',
    nothing: null,
    absent: undefined,
    list: [1, [2, { deep: 'x' }], undefined],
    part: Object.freeze({ score: 0.5, words: Object.freeze(['one', 'two']) }),
  });

  it('is what structuredClone makes of plain data', () => {
    for (const value of [original(), [original(), 3], 'text', 7, null, undefined, {}, []]) {
      expect(plainCopy(value)).toStrictEqual(structuredClone(value));
    }
  });

  it('shares nothing that could be changed', () => {
    const first = original();
    const copy = plainCopy(first);
    (copy.list[1] as unknown[]).push('more');
    (copy.part.words as string[]).push('three');
    expect(first).toStrictEqual(original());
  });

  it('leaves what is not plain to structuredClone', () => {
    const value = { at: new Date(5), known: new Map([['a', [1]]]), bare: Object.assign(Object.create(null), { x: 1 }) };
    const copy = plainCopy(value);
    expect(copy).toStrictEqual(structuredClone(value));
    expect(copy.at).not.toBe(value.at);
  });
});

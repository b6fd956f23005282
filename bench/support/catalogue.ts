import type { Category } from 'barterloop';
import { createRandom, type Random, zipfSampler } from '../random';
import { SYLLABLES, THEMES, VARIANTS } from './vocabulary';

/** A leaf category with what its items are made of. */
export interface Leaf {
  id: string;
  middle: Middle;
  variant: string;
  /** Logarithm of the typical value. */
  logValue: number;
}

/** A category between root and leaves. */
export interface Middle {
  id: string;
  thing: string;
  arabic?: string;
  brands: readonly string[];
  leaves: Leaf[];
}

/** The category tree of a generated market. */
export interface Catalogue {
  categories: Category[];
  /** Most popular first. */
  leaves: readonly Leaf[];
  /** Draws a leaf's place by popularity. */
  sampleLeaf: ReturnType<typeof zipfSampler>;
}

/** Most leaves that the vocabulary has names for. */
export const MOST_LEAVES = THEMES.length * THEMES[0]!.things.length * VARIANTS.length;

const BRANDS_PER_THEME = 24;

/** Builds three levels: roots, about eight leaves to a middle category, and popularity shuffled over all of them. */
export function buildCatalogue(
  seed: number,
  leafCount: number,
  exponent: number,
  medianValue: number,
  valueSpread: number,
): Catalogue {
  const random = createRandom(seed, 0xca7);
  const brands = THEMES.map(() => Array.from({ length: BRANDS_PER_THEME }, () => brandName(random)));
  const middleCount = Math.ceil(leafCount / Math.max(8, Math.ceil(leafCount / (THEMES.length * 16))));
  const categories: Category[] = [];
  const middles: Middle[] = [];
  for (let m = 0; m < middleCount; m++) {
    // Round the themes, so that a small market has several roots too.
    const themeIndex = m % THEMES.length;
    const { name, things, arabic } = THEMES[themeIndex]!;
    const thing = things[Math.floor(m / THEMES.length)]!;
    const rootId = `root-${slug(name)}`;
    if (m < THEMES.length) categories.push({ id: rootId, name });
    const id = `mid-${slug(name)}-${thing}`;
    categories.push({ id, name: capital(thing), parentId: rootId });
    const inArabic = arabic[Math.floor(m / THEMES.length)];
    middles.push({
      id,
      thing,
      ...(inArabic === undefined ? {} : { arabic: inArabic }),
      brands: brands[themeIndex]!,
      leaves: [],
    });
  }
  const typical = middles.map(() => Math.log(medianValue) + valueSpread * random.normal());
  const leaves: Leaf[] = [];
  for (let l = 0; l < leafCount; l++) {
    const m = l % middleCount;
    const middle = middles[m]!;
    const variant = VARIANTS[Math.floor(l / middleCount)]!;
    const id = `leaf-${middle.id.slice(4)}-${variant}`;
    categories.push({ id, name: `${capital(variant)} ${middle.thing}`, parentId: middle.id });
    const leaf: Leaf = { id, middle, variant, logValue: typical[m]! + 0.3 * random.normal() };
    middle.leaves.push(leaf);
    leaves.push(leaf);
  }
  return { categories, leaves: random.shuffle(leaves), sampleLeaf: zipfSampler(leafCount, exponent) };
}

function brandName(random: Random): string {
  let name = '';
  for (let i = 2 + random.int(2); i > 0; i--) name += random.pick(SYLLABLES);
  return name;
}

function slug(name: string): string {
  return name.toLowerCase();
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

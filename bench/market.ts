import { type Category, CONDITIONS, type Item, type Location, type UserId, type Want } from 'barterloop';
import { createRandom, type Random, zipfSampler } from './random';
import { buildCatalogue, type Leaf, MOST_LEAVES } from './support/catalogue';
import { ARABIC_WORDS, COMMON_WORDS } from './support/vocabulary';

/** What the generated market looks like; everything but the size has a default. */
export interface MarketOptions {
  /** Items of the market. Those beyond (see {@link Market.itemAt}) are of the same kind. */
  items: number;
  /** @defaultValue 42 */
  seed?: number;
  /** Leaf categories. @defaultValue items / 25, at least 40 and at most 5000 */
  leaves?: number;
  /** How steeply the popularity of leaves falls (Zipf). @defaultValue 1 */
  categoryExponent?: number;
  /** Typical value, in the smallest unit of money. @defaultValue 20000 */
  medianValue?: number;
  /** Spread of the typical values of categories, as a standard deviation of logarithms. @defaultValue 0.6 */
  categorySpread?: number;
  /** Spread of values within a leaf. @defaultValue 0.5 */
  valueSpread?: number;
  /**
   * How much better than what they give owners ask for at least, as a mean of log-ratios; with it the market is nearly
   * layered by value, and few items lie on a cycle. @defaultValue 0.3
   */
  gradient?: number;
  /**
   * What the most modest owners give away, as a log-ratio: nobody asks for less than that below their own item's value.
   * The generous few close most cycles: with 0.2 it is 62 % of 10,000 items that are on one, with 0.06 it is 35 %.
   * @defaultValue 0.06
   */
  mostLoss?: number;
  /** Median width of a wanted value range, as a log-ratio of its ends: 0.5 is about ±25 %. @defaultValue 0.5 */
  rangeWidth?: number;
  /**
   * Share of owners who know exactly what they want: a third of the range, often near and nearly new.
   * @defaultValue 0.15
   */
  picky?: number;
  /** Share of items that want nothing. @defaultValue 0.05 */
  withoutWants?: number;
  /** Share of those that take anything. @defaultValue 0.1 */
  openToAnything?: number;
  /** Share of items with two to four wants. @defaultValue 0.06 */
  severalWants?: number;
  /** How often each kind of want is made, in proportion. */
  wantKinds?: Partial<Record<WantKind, number>>;
  /** Share of wants with a radius, where the owner has a place; six times as many among the picky. @defaultValue 0.08 */
  withRadius?: number;
  /** Share of wants with a least condition; three times as many among the picky. @defaultValue 0.15 */
  withCondition?: number;
  /** Share of owners without a place. @defaultValue 0.1 */
  withoutPlace?: number;
  /** Share of Arabic titles, where the category has an Arabic name. @defaultValue 0.15 */
  arabic?: number;
  /** Items that everybody wants: half of the named wants go to them. @defaultValue items / 5000, at least 3, at most 50 */
  hubs?: number;
}

/** The kinds of wants, see the defaults for how common they are. */
export type WantKind = 'leafRange' | 'leafKeywords' | 'middleKeywords' | 'keywords' | 'middleRange' | 'named';

/** A generated market. Nothing of it is kept: items are made when asked for. */
export interface Market {
  options: Required<MarketOptions>;
  /** Three levels: roots, middle categories, leaves. Parents first. */
  categories: Category[];
  /** Item 0 to the last, made one by one; every call begins anew. */
  items(): Iterable<Item>;
  /**
   * Item number `index`, which may lie beyond the market's size. The same index and revision is the same item always,
   * whatever was generated before.
   *
   * @param revision - 0 as first listed; each later one has another price or other wants.
   */
  itemAt(index: number, revision?: number): Item;
  /** Who owns item number `index`, without making the item. */
  ownerIdAt(index: number): UserId;
}

const WANT_KINDS: Record<WantKind, number> = {
  leafRange: 0.55,
  leafKeywords: 0.18,
  middleKeywords: 0.1,
  keywords: 0.07,
  middleRange: 0.07,
  named: 0.03,
};

/** How many items each of eleven owners in a row has: 25 items in all, one to five each. */
const ITEMS_PER_OWNER = [1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5];
const BLOCK = ITEMS_PER_OWNER.reduce((sum, count) => sum + count, 0);

const CITIES = 40;

/** Kinds of seed, so that no two draws share a stream. */
const STREAM = { owners: 1, owner: 2, item: 3, revision: 4, cities: 5, hubs: 6 } as const;

interface Owner {
  number: number;
  location?: Location;
}

/**
 * A seeded market of any size: Zipf categories in a three-level tree, log-normal values, owners of one to five items
 * who ask for somewhat better than they give, texts, places and a mix of wants.
 *
 * @example
 * ```ts
 * const market = generateMarket({ items: 10_000 });
 * for (const item of market.items()) load(item);
 * ```
 */
export function generateMarket(options: MarketOptions): Market {
  const resolved = resolve(options);
  const { seed } = resolved;
  const catalogue = buildCatalogue(
    seed,
    resolved.leaves,
    resolved.categoryExponent,
    resolved.medianValue,
    resolved.categorySpread,
  );
  const cities = buildCities(seed);
  const sampleCity = zipfSampler(CITIES, 0.8);
  const sampleBrand = zipfSampler(24, 1);
  const sampleModel = zipfSampler(12, 0.8);
  const sampleCommon = zipfSampler(COMMON_WORDS.length, 0.9);
  const kinds = Object.entries(resolved.wantKinds) as [WantKind, number][];
  const allKinds = kinds.reduce((sum, [, share]) => sum + share, 0);

  const hubs = buildHubs();
  const sampleHub = zipfSampler(hubs.length, 0.7);

  // Items are mostly made in a row: the last block of owners and the last owner are kept at hand.
  let lastBlock = -1;
  const placeInBlock = new Uint8Array(BLOCK);
  let lastOwner: Owner = makeOwner(0);

  function ownerNumber(index: number): number {
    const block = Math.floor(index / BLOCK);
    if (block !== lastBlock) {
      const sizes = createRandom(seed, STREAM.owners, block).shuffle([...ITEMS_PER_OWNER]);
      let next = 0;
      sizes.forEach((size, place) => {
        placeInBlock.fill(place, next, next + size);
        next += size;
      });
      lastBlock = block;
    }
    return block * ITEMS_PER_OWNER.length + placeInBlock[index - block * BLOCK]!;
  }

  function ownerOf(index: number): Owner {
    const number = ownerNumber(index);
    if (lastOwner.number !== number) lastOwner = makeOwner(number);
    return lastOwner;
  }

  function makeOwner(number: number): Owner {
    const random = createRandom(seed, STREAM.owner, number);
    if (random.chance(resolved.withoutPlace)) return { number };
    const city = cities[sampleCity(random)]!;
    return {
      number,
      location: {
        latitude: round(city.latitude + 0.08 * random.normal(), 5),
        longitude: round(city.longitude + 0.08 * random.normal(), 5),
      },
    };
  }

  /** What stays the same when an item changes; the stream goes on to its text. */
  function coreAt(index: number): { random: Random; leaf: Leaf; quality: number; logValue: number } {
    const random = createRandom(seed, STREAM.item, index);
    const leaf = catalogue.leaves[catalogue.sampleLeaf(random)]!;
    const quality = random.normal();
    return { random, leaf, quality, logValue: leaf.logValue + resolved.valueSpread * quality };
  }

  /** Each is the most valuable of some items: everybody wants what is better. */
  function buildHubs(): number[] {
    const random = createRandom(seed, STREAM.hubs);
    return Array.from({ length: resolved.hubs }, () => {
      const candidates = Array.from({ length: 8 }, () => random.int(Math.max(1, resolved.items)));
      return candidates.reduce((best, index) => (coreAt(index).logValue > coreAt(best).logValue ? index : best));
    });
  }

  function itemAt(index: number, revision = 0): Item {
    const owner = ownerOf(index);
    const { random, leaf, quality, logValue: firstLogValue } = coreAt(index);
    const text = describe(random, leaf);
    const changes = createRandom(seed, STREAM.revision, index, revision);
    const priceChange = revision === 0 ? 0 : changes.between(-0.15, 0.1);
    const logValue = firstLogValue + priceChange;
    const wishes = changes.chance(resolved.withoutWants) ? 0 : 1;
    const item: Item = {
      id: itemId(index),
      ownerId: userId(owner.number),
      ...text,
      categoryId: leaf.id,
      condition: CONDITIONS[conditionPlace(quality + 0.7 * random.normal())]!,
      estimatedValue: money(logValue),
      wants: [],
      status: 'available',
    };
    if (owner.location) item.location = owner.location;
    if (wishes === 0) {
      if (changes.chance(resolved.openToAnything)) item.openToAnything = true;
      return item;
    }
    const several = changes.chance(resolved.severalWants) ? 2 + changes.int(3) : 1;
    const ranked = several > 1 && changes.chance(0.5);
    for (let w = 0; w < several; w++) {
      const want = makeWant(changes, index, owner, leaf, logValue);
      if (ranked) want.rank = w + 1;
      item.wants.push(want);
    }
    return item;
  }

  function describe(random: Random, leaf: Leaf): Pick<Item, 'title' | 'description'> {
    const { middle, variant } = leaf;
    const brand = middle.brands[sampleBrand(random)]!;
    const model = modelName(middle.thing, brand, sampleModel(random));
    const arabic = middle.arabic !== undefined && random.chance(resolved.arabic);
    const count = 5 + random.int(12);
    const common = (): string => (arabic ? random.pick(ARABIC_WORDS) : COMMON_WORDS[sampleCommon(random)]!);
    const words = Array.from({ length: count }, common);
    return arabic
      ? { title: `${middle.arabic} ${brand} ${model}`, description: `${middle.thing} ${words.join(' ')}` }
      : { title: `${brand} ${model} ${variant} ${middle.thing}`, description: words.join(' ') };
  }

  function makeWant(random: Random, index: number, owner: Owner, own: Leaf, logValue: number): Want {
    const leaf = wantedLeaf(random, own, logValue);
    const want: Want = {};
    const kind = pickKind(random);
    if (kind === 'named') return { itemIds: namedItems(random, index, owner, logValue) };
    if (kind === 'leafRange' || kind === 'leafKeywords') want.categoryId = leaf.id;
    if (kind === 'middleRange' || kind === 'middleKeywords') want.categoryId = leaf.middle.id;
    if (kind !== 'leafRange' && kind !== 'middleRange') want.keywords = wantedWords(random, leaf, kind);
    // Bounds on every kind: nobody gives a car for any book that has the right word in its title.
    // The square of a normal, whose mean is 1: many ask for about what they give, some for far more.
    const least = logValue - resolved.mostLoss + (resolved.gradient + resolved.mostLoss) * random.normal() ** 2;
    want.minValue = money(least);
    const picky = random.chance(resolved.picky);
    const width = resolved.rangeWidth * Math.exp(0.4 * random.normal());
    want.maxValue = money(least + width * (picky ? 1 / 3 : 1));
    if (random.chance(resolved.withCondition * (picky ? 3 : 1))) want.minCondition = CONDITIONS[random.int(3)]!;
    if (owner.location && random.chance(resolved.withRadius * (picky ? 6 : 1))) {
      want.radiusKm = Math.round(10 ** random.between(1, 2.5));
    }
    return want;
  }

  /** A third want something of the kind they give; the others what is popular and not worth ten times as much. */
  function wantedLeaf(random: Random, own: Leaf, logValue: number): Leaf {
    if (random.chance(0.33)) return random.chance(0.5) ? own : random.pick(own.middle.leaves);
    let leaf = own;
    for (let attempt = 0; attempt < 5; attempt++) {
      leaf = catalogue.leaves[catalogue.sampleLeaf(random)]!;
      if (Math.abs(leaf.logValue - logValue - resolved.gradient) < resolved.valueSpread) break;
    }
    return leaf;
  }

  function wantedWords(random: Random, leaf: Leaf, kind: WantKind): string[] {
    const { middle } = leaf;
    const thing = middle.arabic !== undefined && random.chance(resolved.arabic) ? middle.arabic : middle.thing;
    const brand = middle.brands[sampleBrand(random)]!;
    // In its own leaf the thing itself says nothing.
    if (kind === 'leafKeywords') return random.chance(0.5) ? [brand] : [brand, COMMON_WORDS[sampleCommon(random)]!];
    const words = kind === 'keywords' ? [thing, leaf.variant] : [leaf.variant];
    if (random.chance(0.5)) words.push(brand);
    if (random.chance(0.2)) words.push(modelName(middle.thing, brand, sampleModel(random)));
    return words;
  }

  function namedItems(random: Random, index: number, owner: Owner, logValue: number): string[] {
    const ids = new Set<string>();
    const wanted = 1 + random.int(3);
    for (let attempt = 0; ids.size < wanted && attempt < 20; attempt++) {
      const other = random.chance(0.5) ? hubs[sampleHub(random)]! : random.int(resolved.items);
      // An owner wants none of their own items, and names nothing worth much less.
      if (other === index || ownerNumber(other) === owner.number) continue;
      if (coreAt(other).logValue >= logValue - resolved.mostLoss) ids.add(itemId(other));
    }
    // The owner of the best has nobody to want from: name an item that may still come.
    if (ids.size === 0) ids.add(itemId(resolved.items + index + BLOCK));
    return [...ids];
  }

  function pickKind(random: Random): WantKind {
    let left = random.next() * allKinds;
    for (const [kind, share] of kinds) {
      left -= share;
      if (left < 0) return kind;
    }
    return 'leafRange';
  }

  return {
    options: resolved,
    categories: catalogue.categories,
    itemAt,
    ownerIdAt: (index) => userId(ownerNumber(index)),
    *items() {
      for (let index = 0; index < resolved.items; index++) yield itemAt(index);
    },
  };
}

/** The id of item number `index`. */
export function itemId(index: number): string {
  return `item-${String(index).padStart(7, '0')}`;
}

function userId(number: number): string {
  return `user-${String(number).padStart(7, '0')}`;
}

function resolve(options: MarketOptions): Required<MarketOptions> {
  const { items } = options;
  if (!Number.isSafeInteger(items) || items < 0) throw new RangeError('items must be a whole number, 0 or more');
  const resolved: Required<MarketOptions> = {
    seed: 42,
    leaves: clamp(Math.round(items / 25), 40, 5000),
    categoryExponent: 1,
    medianValue: 20_000,
    categorySpread: 0.6,
    valueSpread: 0.5,
    gradient: 0.3,
    mostLoss: 0.06,
    rangeWidth: 0.5,
    picky: 0.15,
    withoutWants: 0.05,
    openToAnything: 0.1,
    severalWants: 0.06,
    withRadius: 0.08,
    withCondition: 0.15,
    withoutPlace: 0.1,
    arabic: 0.15,
    hubs: clamp(Math.round(items / 5000), 3, 50),
    ...options,
    wantKinds: { ...WANT_KINDS, ...options.wantKinds },
  };
  if (!(resolved.leaves >= 1 && resolved.leaves <= MOST_LEAVES)) {
    throw new RangeError(`leaves must be between 1 and ${MOST_LEAVES}`);
  }
  return resolved;
}

function buildCities(seed: number): Location[] {
  const random = createRandom(seed, STREAM.cities);
  return Array.from({ length: CITIES }, () => ({
    latitude: random.between(22, 31),
    longitude: random.between(26, 35),
  }));
}

/** A model name that the same brand uses for the same thing again. */
function modelName(thing: string, brand: string, place: number): string {
  const letter = thing.charAt(0) + brand.charAt(0);
  return `${letter}${100 + ((thing.length * 37 + brand.length * 11 + place * 53) % 900)}`;
}

/** Better things are in better condition, more or less. */
function conditionPlace(quality: number): number {
  if (quality > 1.3) return 0;
  if (quality > 0.4) return 1;
  if (quality > -0.6) return 2;
  return quality > -1.5 ? 3 : 4;
}

/** Rounded as people round: two digits count. */
function money(logValue: number): number {
  const value = Math.exp(logValue);
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.max(1, Math.round(value / unit) * unit);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

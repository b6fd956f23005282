import { EARTH_RADIUS_KM } from './geo';

/**
 * Where a want wants its answers to be, in twelve bits: the radius, as a power of two kilometres, and which of 16 by 16
 * cells as large as that radius its centre lies in; the cells repeat all over the earth. What is within the radius lies in
 * the same cell or in one beside it.
 */
const CLASS_BITS = 4;
const CELL_MASK = 15;
const LATITUDE_SHIFT = CLASS_BITS;
const LONGITUDE_SHIFT = LATITUDE_SHIFT + 4;
/** Up to 2^10 kilometres. */
const MOST_CLASS = 10;
/** Up to this latitude cells have one width: twice what they are high. */
const MOST_LATITUDE = 60;

const ANGLES = Float64Array.from({ length: MOST_CLASS + 1 }, (_, size) => (2 ** size / EARTH_RADIUS_KM) * 1.001);
/** In degrees. */
const HEIGHTS = ANGLES.map(degrees);
const WIDTHS = ANGLES.map((angle) => degrees(Math.asin(2 * Math.sin(angle))));

/** 0, which tells nothing, where the circle is very large or reaches far north, far south or the date line. */
export function packPlace(latitude: number, longitude: number, radiusKm: number): number {
  const size = Math.max(1, Math.ceil(Math.log2(radiusKm)));
  if (!(size <= MOST_CLASS)) return 0;
  const isUsual = Math.abs(latitude) + HEIGHTS[size]! <= MOST_LATITUDE && Math.abs(longitude) + WIDTHS[size]! < 180;
  return isUsual ? size | cellsOf(latitude, longitude, size) : 0;
}

/** Where one item is, to be held against where many wants want it. */
export class HeldPlace {
  readonly #cells = new Int32Array(MOST_CLASS + 1);
  #isKnown = false;

  /** @param latitude Degrees; NaN where there is no place. */
  set(latitude: number, longitude: number): void {
    this.#isKnown = !Number.isNaN(latitude);
    if (!this.#isKnown) return;
    for (let size = 1; size <= MOST_CLASS; size++) this.#cells[size] = cellsOf(latitude, longitude, size);
  }

  /** False only where the item lies outside the circle, see {@link packPlace}. */
  mayBeWithin(packed: number): boolean {
    const size = packed & CELL_MASK;
    if (size === 0) return true;
    const cells = this.#cells[size]!;
    return (
      this.#isKnown &&
      isBeside(cells >>> LATITUDE_SHIFT, packed >>> LATITUDE_SHIFT) &&
      isBeside(cells >>> LONGITUDE_SHIFT, packed >>> LONGITUDE_SHIFT)
    );
  }
}

function isBeside(a: number, b: number): boolean {
  return ((a - b + 1) & CELL_MASK) <= 2;
}

function cellsOf(latitude: number, longitude: number, size: number): number {
  const row = Math.floor((latitude + 90) / HEIGHTS[size]!) & CELL_MASK;
  const column = Math.floor((longitude + 180) / WIDTHS[size]!) & CELL_MASK;
  return (row << LATITUDE_SHIFT) | (column << LONGITUDE_SHIFT);
}

function degrees(angle: number): number {
  return (angle * 180) / Math.PI;
}

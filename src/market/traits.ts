import { EARTH_RADIUS_KM } from './geo';

/**
 * Condition and place of an item in one word: three bits for the condition, fourteen and fifteen for latitude and
 * longitude in cells of a ninetieth of a degree. Enough to pass over what a want forbids.
 */
const CONDITION_SHIFT = 29;
const LATITUDE_SHIFT = 15;
const LATITUDES = 2 ** 14 - 1;
const LONGITUDES = 2 ** 15 - 1;
/** Latitude cell of what has no place. */
const NOWHERE = LATITUDES;

/** @param condition Steps below NEW, -1 where unknown. Degrees, NaN where there is no place. */
export function packTraits(condition: number, latitude: number, longitude: number): number {
  const cells = Number.isNaN(latitude)
    ? NOWHERE << LATITUDE_SHIFT
    : (latitudeCell(latitude) << LATITUDE_SHIFT) | longitudeCell(longitude);
  return (((condition + 1) << CONDITION_SHIFT) | cells) >>> 0;
}

/** Steps below NEW, -1 where unknown. */
export function conditionOf(traits: number): number {
  return (traits >>> CONDITION_SHIFT) - 1;
}

/** What a want asks of condition and place. */
export interface AskedTraits {
  /** The worst that will do, in steps below NEW; -1: any. */
  condition: number;
  /** Cells that are near enough; undefined: anywhere. */
  box: { south: number; north: number; west: number; east: number } | undefined;
}

/** False only where a want forbids an item with these traits. */
export function mayHave(traits: number, { condition, box }: AskedTraits): boolean {
  if (condition >= 0) {
    const actual = conditionOf(traits);
    if (actual < 0 || actual > condition) return false;
  }
  if (!box) return true;
  const latitude = (traits >>> LATITUDE_SHIFT) & LATITUDES;
  if (latitude < box.south || latitude > box.north) return false;
  const longitude = traits & LONGITUDES;
  return longitude >= box.west && longitude <= box.east;
}

/** The cells around a place that hold all places within a radius; undefined where that reaches a pole or the date line. */
export function boxAround(latitude: number, longitude: number, radiusKm: number): AskedTraits['box'] {
  const angle = (radiusKm / EARTH_RADIUS_KM) * 1.001 + 1e-6;
  const degrees = (angle * 180) / Math.PI;
  if (Math.abs(latitude) + degrees >= 89) return undefined;
  const across = (Math.asin(Math.sin(angle) / Math.cos((latitude * Math.PI) / 180)) * 180) / Math.PI;
  if (!(Math.abs(longitude) + across < 180)) return undefined;
  return {
    south: latitudeCell(latitude - degrees),
    north: latitudeCell(latitude + degrees),
    west: longitudeCell(longitude - across),
    east: longitudeCell(longitude + across),
  };
}

function latitudeCell(latitude: number): number {
  return Math.min(LATITUDES - 1, Math.floor(((latitude + 90) / 180) * LATITUDES));
}

function longitudeCell(longitude: number): number {
  return Math.floor(((longitude + 180) / 360) * LONGITUDES);
}

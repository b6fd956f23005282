import { HeldPlace, packPlace } from '../../../src/market/asked-place';
import { distanceKm } from '../../../src/market/geo';
import { Random } from '../random';
import { atMost, holds, same } from './expect';

/** What lies within a circle is let through, and little else. */
export function checkAskedPlace(): void {
  const random = new Random(83);
  const held = new HeldPlace();
  const degrees = (most: number) => (random.below(2e6 + 1) / 1e6 - 1) * most;
  let within = 0;
  let inVain = 0;
  for (let round = 0; round < 40_000; round++) {
    const [latitude, longitude] = [degrees(90), degrees(180)];
    const radiusKm = random.pick([0.5, 1, 2, 3, 50, 700, 1024, 1025, 5_000]);
    const spread = (radiusKm / 111) * 2;
    const here = [Math.max(-90, Math.min(90, latitude + degrees(spread))), longitude + degrees(spread) * 3] as const;
    if (Math.abs(here[1]) > 180) continue;
    held.set(...here);
    const packed = packPlace(latitude, longitude, radiusKm);
    const isWithin = distanceKm(latitude, longitude, ...here) <= radiusKm;
    if (isWithin) within++;
    if (isWithin) holds(held.mayBeWithin(packed), 'within the circle');
    else if (held.mayBeWithin(packed)) inVain++;
    if (radiusKm > 1024) same(packed, 0, 'a very large circle tells nothing');
    else if (Math.abs(latitude) < 40 && Math.abs(longitude) < 150) holds(packed > 0, 'something to tell');
    holds(packed < 2 ** 12, 'twelve bits');
    held.set(degrees(60), degrees(180));
    if (packed > 0 && held.mayBeWithin(packed)) inVain++;
  }
  atMost(40_000 - within, OUTSIDE, 'outside');
  atMost(inVain, IN_VAIN, 'places outside that are let through');
  held.set(NaN, NaN);
  same(held.mayBeWithin(packPlace(30, 31, 10)), false, 'no place');
  same(held.mayBeWithin(0), true, 'a want that tells nothing');
}

const OUTSIDE = 33_221;
const IN_VAIN = 24_701;

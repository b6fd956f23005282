import { distanceKm } from '../../../src/market/geo';
import { NearReceivers } from '../../../src/market/near-receivers';
import { type AskedTraits, boxAround, mayHave, packTraits } from '../../../src/market/traits';
import { Random } from '../random';
import { atMost, holds, same } from './expect';

/** Condition and place in one word: nothing that a want takes is passed over, little else is let through. */
export function checkTraits(): void {
  checkConditions();
  checkPlaces();
  checkBoxes();
  checkReceivers();
}

const ANYWHERE: AskedTraits['box'] = undefined;

function checkConditions(): void {
  for (let condition = -1; condition < 7; condition++) {
    for (const [latitude, longitude] of [
      [Number.NaN, Number.NaN],
      [90, 180],
      [-90, -180],
      [12.3, 45.6],
    ] as const) {
      const traits = packTraits(condition, latitude, longitude);
      same([Number.isInteger(traits), traits >= 0, traits < 2 ** 32], [true, true, true], 'one word');
      same(mayHave(traits, { condition: -1, box: ANYWHERE }), true, 'any will do');
      for (let least = 0; least < 7; least++) {
        const isTaken = condition >= 0 && condition <= least;
        same(mayHave(traits, { condition: least, box: ANYWHERE }), isTaken, `${condition} for ${least}`);
      }
    }
  }
}

/** All within the radius; of those outside some. */
function checkPlaces(): void {
  const random = new Random(12);
  let near = 0;
  let others = 0;
  for (let i = 0; i < 40_000; i++) {
    const latitude = random.chance(0.9) ? random.next() * 178 - 89 : random.pick([-90, 90, 0, -88.99, 88.99]);
    const longitude = random.chance(0.9) ? random.next() * 360 - 180 : random.pick([-180, 180, 0, 179.99]);
    const radius = random.pick([0.001, 1, 25, 300, 4000, 9000, 20_100]) * (0.5 + random.next());
    const box = boxAround(latitude, longitude, radius);
    if (!box) continue;
    const degrees = radius / 111.2;
    const reach = random.pick([0.3, 0.99, 1, 1.01, 1.5, 8]) * degrees;
    const angle = random.next() * 2 * Math.PI;
    const there = Math.max(-90, Math.min(90, latitude + reach * Math.sin(angle)));
    const across = (reach * Math.cos(angle)) / Math.cos((latitude * Math.PI) / 180);
    const beside = Math.max(-180, Math.min(180, longitude + across));
    const isNear = distanceKm(latitude, longitude, there, beside) <= radius;
    const isLetThrough = mayHave(packTraits(-1, there, beside), { condition: -1, box });
    if (isNear) {
      near++;
      holds(isLetThrough, `${there}, ${beside} within ${radius} km of ${latitude}, ${longitude}`);
    } else if (isLetThrough) others++;
    same(mayHave(packTraits(-1, Number.NaN, Number.NaN), { condition: -1, box }), false, 'no place');
    same(mayHave(packTraits(-1, there, beside), { condition: 3, box }), false, 'no condition');
  }
  holds(near > 10_000, `${near} within the radius`);
  atMost(others, OTHERS, 'places let through that are farther');
}

const OTHERS = 6590;

/** A box ends a cell beyond the radius, and reaches neither a pole nor the date line. */
function checkBoxes(): void {
  const isIn = (box: AskedTraits['box'], latitude: number, longitude: number) =>
    mayHave(packTraits(0, latitude, longitude), { condition: -1, box });
  const degree = 111.195;
  const box = boxAround(10, 20, degree);
  const cell = 180 / 2 ** 14;
  for (const [latitude, longitude] of [
    [11, 20],
    [9, 20],
    [10, 21.01],
    [10, 18.99],
  ] as const)
    same(isIn(box, latitude, longitude), true, `${latitude}, ${longitude}`);
  for (const [latitude, longitude] of [
    [11.002 + cell, 20],
    [8.998 - cell, 20],
    [10, 21.019 + cell],
    [10, 18.981 - cell],
  ] as const)
    same(isIn(box, latitude, longitude), false, `${latitude}, ${longitude}`);
  same(boxAround(87.9, 0, degree) === undefined, false, 'near a pole');
  same(boxAround(-87.9, 0, degree) === undefined, false, 'near the other');
  same([boxAround(88.1, 0, degree), boxAround(-88.1, 0, degree)], [undefined, undefined], 'nearer');
  same(boxAround(0, 178.9, degree) === undefined, false, 'near the date line');
  same(boxAround(0, -178.9, degree) === undefined, false, 'from the other side');
  same([boxAround(0, 179.1, degree), boxAround(0, -179.1, degree)], [undefined, undefined], 'nearer');
  same(boxAround(Number.NaN, Number.NaN, 5), undefined, 'around no place');
  same(isIn(boxAround(0, 0, 0.0001), 0, 0), true, 'of no size');
}

/** What is noted is there, however much it is. */
function checkReceivers(): void {
  const near = new NearReceivers();
  same([near.given, near.count], [-1, 0], 'nothing');
  for (const most of [5, 5000, 3]) {
    near.begin(most);
    same([near.given, near.count], [most, 0], 'begun');
    for (let i = 0; i < most; i++) {
      near.expect(1 + (i % 3));
      near.nodes[i] = i * 7;
      near.values[i] = i % 5 === 0 ? -1 : i * 0.5;
      near.categories[i] = (i % 9) - 1;
      near.leastDeficits[i] = i % 1001;
      near.foundBy[i] = i % 4;
      near.count = i + 1;
    }
    for (let i = 0; i < most; i++) {
      const one = [near.nodes[i], near.values[i], near.categories[i], near.leastDeficits[i], near.foundBy[i]];
      same(one, [i * 7, i % 5 === 0 ? -1 : i * 0.5, (i % 9) - 1, i % 1001, i % 4], 'as noted');
    }
    near.forget();
    same(near.given, -1, 'forgotten');
  }
}

export const EARTH_RADIUS_KM = 6371;

/** Great-circle distance in kilometres (haversine) between two places in degrees. */
export function distanceKm(latitudeA: number, longitudeA: number, latitudeB: number, longitudeB: number): number {
  const rad = Math.PI / 180;
  const half = (x: number) => Math.sin((x * rad) / 2) ** 2;
  const h =
    half(latitudeB - latitudeA) + Math.cos(latitudeA * rad) * Math.cos(latitudeB * rad) * half(longitudeB - longitudeA);
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}

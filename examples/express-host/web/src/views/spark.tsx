const WIDTH = 160;
const HEIGHT = 40;

/** A small chart of what a figure was lately; said in words to who does not see it. */
export function Spark({ title, series }: { title: string; series: readonly number[] }) {
  const top = Math.max(...series, 1e-9);
  const step = WIDTH / Math.max(1, series.length - 1);
  const points = series.map(
    (value, i) => `${(i * step).toFixed(1)},${(HEIGHT - 2 - (value / top) * (HEIGHT - 4)).toFixed(1)}`,
  );
  const [first = 0, last = 0] = [series[0], series.at(-1)];
  const trend = last > first * 1.05 ? 'rising' : last < first * 0.95 ? 'falling' : 'steady';
  const words = `${title}, lately: from ${round(Math.min(...series))} to ${round(top)}, ${trend}`;
  return (
    <svg className="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={words}>
      <polygon points={`0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`} />
      <polyline points={points.join(' ')} />
    </svg>
  );
}

function round(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

import type { Delivery, TradeReport } from './trade-report';

/** The report as one page that needs nothing else: the figures, every loop drawn as a ring, and who sends what to whom. */
export function tradeHtml(report: TradeReport): string {
  const figures: [string, string][] = [
    ['Trades', `${report.trades} of ${report.items} items`],
    ['Users', `${report.users} of ${report.people}`],
    ['Groups', String(report.groups)],
    ['Sum of squares', String(report.sumOfSquares)],
    ['Total cost', String(report.cost)],
    ['Upper bound', `${report.upperBound}${report.proven ? ' (reached)' : ''}`],
    ['Longest allowed', String(report.maxLength ?? 'any length')],
    ['Seed', String(report.seed)],
    ['Input checksum', report.inputChecksum],
  ];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Math trade: ${report.trades} trades</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem } dd { margin: 0; overflow-wrap: anywhere }
  section { border-top: 1px solid #ccc; padding: 1rem 0; display: flex; flex-wrap: wrap; gap: 1rem; align-items: start }
  h2 { width: 100%; font-size: 1.1rem; margin: 0 } svg { max-width: 100%; height: auto } table { border-spacing: 0.7rem 0 }
  circle { fill: #2a6f97 } path { fill: none; stroke: #888 } text { font-size: 11px; fill: #222 }
</style>
<h1>${report.trades} trades in ${report.groups} groups</h1>
<dl>${figures.map(([name, value]) => `<dt>${escaped(name)}<dd>${escaped(value)}`).join('')}</dl>
<svg width="0" height="0" style="position:absolute"><defs><marker id="arrow" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 6 3 0 6z" style="fill:#888;stroke:none"/></marker></defs></svg>
${report.loops.map(section).join('\n')}
</html>
`;
}

function section(loop: Delivery[], place: number): string {
  const rows = loop.map(
    ({ from, title, to }) => `<tr><td>${escaped(from)}<td>gives ${escaped(title)}<td>to ${escaped(to)}</tr>`,
  );
  return `<section id="group-${place + 1}"><h2>Group ${place + 1}: ${loop.length} items</h2>${ring(loop)}<table>${rows.join('')}</table></section>`;
}

const MARGIN = 110;

/** The items around a circle, each with an arrow to whoever gets it. */
function ring(loop: readonly Delivery[]): string {
  const radius = Math.max(40, loop.length * 7);
  const centre = radius + MARGIN;
  const at = (place: number, distance: number): [x: number, y: number] => {
    const angle = (2 * Math.PI * place) / loop.length - Math.PI / 2;
    return [centre + distance * Math.cos(angle), centre + distance * Math.sin(angle)];
  };
  const gap = Math.min(0.3, 9 / ((2 * Math.PI * radius) / loop.length)); // so that arrows end beside the dots
  const marks = loop.map(({ from, title }, place) => {
    const [x, y] = at(place, radius);
    const [labelX, labelY] = at(place, radius + 12);
    const [startX, startY] = at(place + gap, radius);
    const [endX, endY] = at(place + 1 - gap, radius);
    const anchor = Math.abs(labelX - centre) < 5 ? 'middle' : labelX < centre ? 'end' : 'start';
    return [
      `<path d="M${round(startX)} ${round(startY)}A${radius} ${radius} 0 0 1 ${round(endX)} ${round(endY)}" marker-end="url(#arrow)"/>`,
      `<circle cx="${round(x)}" cy="${round(y)}" r="4"><title>${escaped(`${title} of ${from}`)}</title></circle>`,
      `<text x="${round(labelX)}" y="${round(labelY + 4)}" text-anchor="${anchor}">${escaped(shortened(from))}</text>`,
    ].join('');
  });
  const size = 2 * centre;
  return `<svg width="${size}" height="${size}" viewBox="0 0 ${size} ${size}" role="img" aria-label="a ring of ${loop.length} items">${marks.join('')}</svg>`;
}

function round(value: number): string {
  return value.toFixed(1);
}

function shortened(text: string): string {
  return text.length > 16 ? `${text.slice(0, 15)}…` : text;
}

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (sign) => entities[sign]!);
}

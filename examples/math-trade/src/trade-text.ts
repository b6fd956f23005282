import type { Delivery, TradeReport } from './trade-report';
import type { TradeRules } from './trade-rules';

/** The report as organisers post it: the loops, who gets and sends what, and the figures to compare runs by. */
export function tradeText(report: TradeReport, rules: TradeRules): string {
  const show = (user: string, item: string) => {
    if (user === item) return item; // a list without users
    return rules.sortByItem ? `${item} (${user})` : `(${user}) ${item}`;
  };
  const deliveries = report.loops.flat();
  const width = Math.max(0, ...deliveries.map(({ from, item }) => show(from, item).length));
  const lines: string[] = [];
  if (report.options.length > 0) lines.push(`Options: ${report.options.join(' ')}`, '');
  if (!rules.hideErrors)
    for (const { line, message } of report.warnings) lines.push(`warning, line ${line}: ${message}`);
  if (rules.showMissing) for (const name of report.missing) lines.push(`missing want list for ${name}`);
  if (lines.length > 0 && lines.at(-1) !== '') lines.push('');

  const gets = (one: Delivery) => `${show(one.to, one.forItem).padEnd(width)} receives ${show(one.from, one.item)}`;
  if (!rules.hideLoops) {
    lines.push(`TRADE LOOPS (${report.trades} total trades):`, '');
    for (const loop of report.loops) lines.push(...loop.map(gets).reverse(), ''); // each gets what the next line gives
  }
  if (!rules.hideSummary) {
    const sends = new Map(deliveries.map((one) => [one.item, one]));
    const summary = deliveries.map((one) => {
      const { to, forItem } = sends.get(one.forItem)!;
      const got = gets(one).padEnd(2 * width + ' receives '.length);
      return `${got} and sends to ${show(to, forItem)}`;
    });
    if (!rules.hideNonTrades) {
      summary.push(...report.notTraded.map(({ user, item }) => `${show(user, item).padEnd(width)} does not trade`));
    }
    lines.push(`ITEM SUMMARY (${report.trades} total trades):`, '', ...summary.sort(), '');
  }
  lines.push(`Num trades     = ${report.trades} of ${report.items} items (${percent(report.trades, report.items)})`);
  if (!rules.hideStats) {
    const average = report.trades === 0 ? '' : ` (avg ${(report.cost / report.trades).toFixed(2)})`;
    lines.push(
      `Num users      = ${report.users} of ${report.people} (${percent(report.users, report.people)})`,
      `Total cost     = ${report.cost}${average}`,
      `Num groups     = ${report.groups}`,
      `Group sizes    = ${report.groupSizes.join(' ')}`,
      `Sum squares    = ${report.sumOfSquares}`,
      `Upper bound    = ${report.upperBound} trades${report.proven ? ', reached: no clearing has more' : ''}`,
      `Max length     = ${report.maxLength ?? 'none'}`,
    );
  }
  lines.push(
    `Seed           = ${report.seed}, ${report.rounds} rounds`,
    `Input checksum = sha256 ${report.inputChecksum}`,
  );
  return lines.join('\n');
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(1)}%`;
}

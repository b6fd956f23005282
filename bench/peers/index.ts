import { isMain } from '../support/is-main';
import { machineLine, say } from '../support/report';
import { installPeers, peerVersions } from './install';
import { compareOnGrowingGraphs, compareOnTinyGraphs } from './small-graphs';
import { compareThroughItems } from './through-items';

/** The same questions on the same graphs to the npm packages that list cycles. */
export async function runPeersBench({ smoke }: { smoke: boolean }): Promise<void> {
  const versions = Object.entries(peerVersions()).map(([name, version]) => `${name} ${version}`);
  say(`Peers from npm: ${versions.join(', ')}`);
  say();
  if (!installPeers()) return;
  say('What they cannot do: none knows owners, scores or a graph that changes. elementary-circuits-directed-graph and');
  say(
    'graph-cycles list the cycles of a whole static graph, without a bound on the length; graphology-simple-path those',
  );
  say('through one item and up to a length, but to list those of a graph it has to be asked for every item.');
  say('What ours cannot: cycles of more than 16 edges.');
  say();
  await compareOnTinyGraphs(smoke);
  say();
  await compareOnGrowingGraphs(smoke);
  say();
  await compareThroughItems(smoke);
}

if (isMain(import.meta.url)) {
  say(machineLine());
  say();
  await runPeersBench({ smoke: process.argv.includes('--smoke') });
}

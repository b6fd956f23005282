// The packed package, installed alone: every subpath imports in ESM and CJS with no peer there, both copies work, and
// what is built is what is exported.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = new URL('../..', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'barterloop-package-'));
const run = (command, args, cwd = folder) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

const use = `
  const ring = new BarterGraph();
  for (const id of ['a', 'b', 'c']) ring.addItem(id, 'owner of ' + id);
  for (const [from, to] of [['a', 'b'], ['b', 'c'], ['c', 'a']]) ring.setEdge(from, to, 0.9);
  const { cycles } = findCycles(ring, 'a');
  if (cycles.length !== 1 || cycles[0].key !== '["a","b","c"]') throw new Error('wrong cycles: ' + JSON.stringify(cycles));
  const engine = createBarterEngine();
  engine.submit({ type: 'item:created', itemId: '', userId: 'u' }).then(
    () => { throw new Error('accepted a bad event'); },
    (error) => { if (!isBarterError(error)) throw error; },
  ).then(() => engine.close()).then(inAWorker).then(() => console.log('ok'));
  async function inAWorker() {
    const threaded = createBarterEngine({ worker: true, matching: { scorer: SCORING } });
    const offer = (id) => ({ id, ownerId: 'owner of ' + id, title: id, wants: [{}], status: 'available' });
    await threaded.load([offer('a'), offer('b')]);
    const { score } = await threaded.whyNot('a', 'b');
    if (score !== 0.875) throw new Error('the worker scored ' + score);
    await threaded.close();
    const plain = createBarterEngine({ matching: { scorer: SCORING } });
    await plain.load([offer('a'), offer('b')]);
    if ((await plain.whyNot('a', 'b')).score !== 0.875) throw new Error('the scorer was not asked');
    // Not closed, as nobody may have to: an idle engine keeps no process alive.
    await createBarterEngine({ worker: true }).start();
  }
`;
const scoring = `export default { scorer: { score: () => ({ score: 0.875, reason: 'So it is.' }) } };`;

try {
  const [{ filename, files }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root));
  const strangers = files
    .map(({ path }) => path)
    .filter(
      (path) =>
        !/^(dist\/|adapters\/prisma\/(barter\.prisma$|migrations\/\d+_\w+\/migration\.sql$)|package\.json$|README\.md$|LICENSE$|CHANGELOG\.md$)/.test(
          path,
        ),
    );
  if (strangers.length > 0) throw new Error(`the package holds ${strangers.join(', ')}`);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--omit=peer', join(folder, filename)]);
  const installed = readdirSync(join(folder, 'node_modules'));
  for (const peer of ['socket.io', '@prisma', 'nodemailer', 'express'])
    if (installed.includes(peer)) throw new Error(`${peer} was installed`);

  const manifest = JSON.parse(readFileSync(join(folder, 'node_modules/barterloop/package.json'), 'utf8'));
  const subpaths = Object.keys(manifest.exports).filter((subpath) => subpath !== './package.json');
  const built = readdirSync(join(folder, 'node_modules/barterloop/dist'), { recursive: true })
    .filter(
      (file) => /^(adapters\/)?[a-z-]+\.js$/.test(file) && !file.startsWith('chunk-') && !/worker\.js$/.test(file),
    )
    .map((file) => (file === 'index.js' ? '.' : `./${file.slice(0, -3)}`));
  if (built.sort().join() !== subpaths.sort().join()) throw new Error(`built ${built}, exported ${subpaths}`);

  writeFileSync(join(folder, 'scoring.mjs'), scoring);
  const address = `const SCORING = ${JSON.stringify(pathToFileURL(join(folder, 'scoring.mjs')).href)};`;
  const names = '{ BarterGraph, createBarterEngine, findCycles, isBarterError }';
  const others = subpaths.filter((subpath) => subpath !== '.').map((subpath) => `barterloop/${subpath.slice(2)}`);
  writeFileSync(
    join(folder, 'use.mjs'),
    `import ${names} from 'barterloop';\n${others.map((name) => `import '${name}';`).join('\n')}\n${address}\n${use}`,
  );
  writeFileSync(
    join(folder, 'use.cjs'),
    `const ${names} = require('barterloop');\n${others.map((name) => `require('${name}');`).join('\n')}\n${address}\n${use}`,
  );
  for (const file of ['use.mjs', 'use.cjs']) {
    if (run('node', [file]).trim() !== 'ok') throw new Error(`${file} did not say ok`);
  }
  console.log(`package: ${files.length} files, ${subpaths.length} subpaths import in ESM and CJS without a peer`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Source {
  path: string;
  text: string;
  /** Modules it needs at run time or for types, relative ones as paths from the root. */
  imports: string[];
}

function sources(folder: string): Source[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => {
      const path = join(folder, file);
      const text = readFileSync(join(root, path), 'utf8');
      const imports = [...text.matchAll(/from '([^']+)'/g)].map(([, name]) =>
        name!.startsWith('.') ? relative(root, resolve(root, dirname(path), name!)) : name!,
      );
      return { path, text, imports };
    });
}

const core = sources('src');
const adapters = sources('adapters');

describe('the architecture', () => {
  it('keeps clock, chance, environment and console out of the core', () => {
    const outside = /\bDate\.now\(|new Date\(|Math\.random\(|performance\.now\(|console\.|process\.(env|argv|exit)/;
    const offenders = core
      .filter(({ path, text }) => path !== 'src/runtime.ts' && outside.test(text))
      .map(({ path }) => path);
    expect(offenders).toEqual([]);
  });

  it('lets the core need these packages and no other', () => {
    const packages = new Set(
      core
        // The workers' own files are no part of what others import.
        .filter(({ path }) => !path.endsWith('/worker.ts'))
        .flatMap(({ imports }) => imports)
        .filter((name) => !name.startsWith('src/')),
    );
    const allowed = [
      '@orama/stemmers/arabic',
      '@orama/stemmers/english',
      'graphology',
      'graphology-traversal',
      'graphology-types',
      'highs', // its types; the package itself is imported when a solver is asked for
      'mitt',
      'node:crypto',
      'zod',
    ];
    expect([...packages].sort()).toEqual(allowed);
  });

  it('has imports go one way: data structures know no stage, stages no engine, nobody an adapter', () => {
    const rules: [from: RegExp, never: RegExp][] = [
      [
        /^src\/graph\//,
        /^src\/(cycles|clearing|market|policy|opportunity|notification|storage|transport|engine|pipeline|api)/,
      ],
      [
        /^src\/cycles\//,
        /^src\/(clearing|market|policy|opportunity|notification|storage|transport|engine|pipeline|api)/,
      ],
      [
        /^src\/clearing\//,
        /^src\/(market|market-port|policy|opportunity|notification|storage|transport|engine|pipeline|api)/,
      ],
      [/^src\/text\//, /^src\/(?!text\/)/],
      [/^src\/market\//, /^src\/(policy|opportunity|notification|storage|transport|engine|pipeline|api)/],
      [/^src\/market-port\//, /^src\/(policy|storage|transport|engine|pipeline|api|notification)/],
      [/^src\//, /^src\/(market-port|clearing)\/worker$/],
      [/^src\/(policy|storage|transport)\//, /^src\/(market|cycles|graph|engine|pipeline|opportunity|notification)/],
      [/^src\/(pipeline|opportunity|notification)/, /^src\/engine/],
      [/^src\/(?!testing\/)/, /^(adapters|src\/testing)/],
    ];
    const broken = core.flatMap(({ path, imports }) =>
      imports.flatMap((name) =>
        rules.some(([from, never]) => from.test(path) && never.test(name)) ? [`${path} → ${name}`] : [],
      ),
    );
    expect(broken).toEqual([]);
  });

  it('has adapters know the ports and the vocabulary, not the engine', () => {
    const allowed =
      /^(src\/(types|errors|runtime|storage\/(storage|rules|event-log|snapshot-store)|digest\/(mail-port|render-digest)|transport\/transport)|adapters\/)/;
    const broken = adapters.flatMap(({ path, imports }) =>
      imports.flatMap((name) => (allowed.test(name) || name.startsWith('node:') ? [] : [`${path} → ${name}`])),
    );
    expect(broken).toEqual([]);
  });

  it('has no circle of imports among values', () => {
    const graph = new Map(core.map(({ path, text }) => [path.replace(/\.ts$/, ''), valueImports(path, text)]));
    const state = new Map<string, 'open' | 'done'>();
    const visit = (module: string, way: string[]): void => {
      if (state.get(module) === 'done') return;
      expect(state.get(module), [...way, module].join(' → ')).toBeUndefined();
      state.set(module, 'open');
      for (const next of graph.get(module) ?? []) visit(next, [...way, module]);
      state.set(module, 'done');
    };
    for (const module of graph.keys()) visit(module, []);
  });
});

/** Imports that are more than types. */
function valueImports(path: string, text: string): string[] {
  return [...text.matchAll(/(import|export) (type )?(?:\{([^}]*)\}|\*)[^;]*? from '(\.[^']+)'/g)]
    .filter(
      ([, , type, names]) =>
        !type &&
        (names === undefined ||
          names.split(',').some((name) => name.trim() !== '' && !name.trim().startsWith('type '))),
    )
    .map(([, , , , name]) => relative(root, resolve(root, dirname(path), name!)));
}

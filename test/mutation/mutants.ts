import ts from 'typescript';

/** One change of one file. */
export interface Mutant {
  file: string;
  /** 1-based. */
  line: number;
  column: number;
  /** Span of the text that is replaced. */
  start: number;
  end: number;
  original: string;
  mutated: string;
  /** The nearest named function, method or declaration around it. */
  within: string;
  /** The changed lines before and after, white space collapsed: what identifies the mutant when lines move. */
  before: string;
  after: string;
  /** How many mutants of the file with the same `within`, `before` and `after` come first. */
  nth: number;
}

const BINARY = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [ts.SyntaxKind.PlusToken, '-'],
  [ts.SyntaxKind.MinusToken, '+'],
  [ts.SyntaxKind.AsteriskToken, '/'],
  [ts.SyntaxKind.SlashToken, '*'],
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
  [ts.SyntaxKind.PlusEqualsToken, '-='],
  [ts.SyntaxKind.MinusEqualsToken, '+='],
]);

type Change = [start: number, end: number, mutated: string];

/** Every mutant of a file, in the order of its text. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const mutants: Mutant[] = [];
  const seen = new Map<string, number>();
  const visit = (node: ts.Node): void => {
    if (isAside(node)) return;
    for (const [start, end, mutated] of changesOf(node, source)) {
      const { line, character } = source.getLineAndCharacterOfPosition(start);
      const [before, after] = linesAround(text, start, end, mutated);
      const within = nameAround(node, source);
      const identity = [within, before, after].join('\n');
      const nth = seen.get(identity) ?? 0;
      seen.set(identity, nth + 1);
      const original = text.slice(start, end);
      mutants.push({
        file,
        line: line + 1,
        column: character + 1,
        start,
        end,
        original,
        mutated,
        within,
        before,
        after,
        nth,
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return mutants.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** Types, imports, and the words of messages are no code that runs. */
function isAside(node: ts.Node): boolean {
  return (
    ts.isTypeNode(node) ||
    ts.isImportDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node)
  );
}

function changesOf(node: ts.Node, source: ts.SourceFile): Change[] {
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    const other = BINARY.get(kind);
    return other === undefined ? [] : [replace(node.operatorToken, other, source)];
  }
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const start = ts.isPrefixUnaryExpression(node) ? node.getStart(source) : node.operand.getEnd();
    if (node.operator === ts.SyntaxKind.PlusPlusToken) return [[start, start + 2, '--']];
    if (node.operator === ts.SyntaxKind.MinusMinusToken) return [[start, start + 2, '++']];
    return [];
  }
  if (ts.isNumericLiteral(node)) {
    const digits = node.getText(source);
    return /^(0x[\da-f]+|[\d_]+)$/i.test(digits)
      ? [replace(node, String(Number(digits.replaceAll('_', '')) + 1), source)]
      : [];
  }
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [replace(node, 'false', source)];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [replace(node, 'true', source)];
  if (ts.isPropertyAccessExpression(node) && node.expression.getText(source) === 'Math') {
    if (node.name.text === 'min') return [replace(node.name, 'max', source)];
    if (node.name.text === 'max') return [replace(node.name, 'min', source)];
    return [];
  }
  if (ts.isIfStatement(node)) {
    const { expression } = node;
    return [replace(expression, `!(${expression.getText(source)})`, source)];
  }
  if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) return [replace(node, ';', source)];
  if (ts.isBreakStatement(node)) return [replace(node, 'continue;', source)];
  if (ts.isContinueStatement(node)) return [replace(node, 'break;', source)];
  return [];
}

function replace(node: ts.Node, mutated: string, source: ts.SourceFile): Change {
  return [node.getStart(source), node.getEnd(), mutated];
}

function linesAround(text: string, start: number, end: number, mutated: string): [before: string, after: string] {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', end);
  const to = lineEnd < 0 ? text.length : lineEnd;
  const collapsed = (line: string) => line.replace(/\s+/g, ' ').trim();
  return [collapsed(text.slice(from, to)), collapsed(text.slice(from, start) + mutated + text.slice(end, to))];
}

function nameAround(node: ts.Node, source: ts.SourceFile): string {
  for (let at: ts.Node | undefined = node; at; at = at.parent) {
    if (ts.isConstructorDeclaration(at)) return 'constructor';
    if (
      ts.isMethodDeclaration(at) ||
      ts.isGetAccessor(at) ||
      ts.isFunctionDeclaration(at) ||
      ts.isPropertyDeclaration(at)
    ) {
      return at.name?.getText(source) ?? '';
    }
    if (ts.isVariableDeclaration(at) && ts.isSourceFile(at.parent.parent.parent)) return at.name.getText(source);
  }
  return '';
}

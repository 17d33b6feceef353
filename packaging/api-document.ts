// Writes API.md from the types and their comments, by the compiler's own API: typescript is pinned, for the API may
// change.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Node } from 'typescript/unstable/ast';
import {
  API,
  type Checker,
  type Symbol as Declared,
  NodeBuilderFlags,
  type Project,
  SymbolFlags,
} from 'typescript/unstable/sync';
import { ENTRIES, type Entry } from './entries.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const HEAD = `# API

What the package offers to a CDK app and to producers, generated from its types by \`npm run api\`. How to use it: [README.md](README.md). For
pages: [docs/bell.md](docs/bell.md).
`;

export function apiDocument(): string {
  const api = new API({ cwd: ROOT });
  try {
    const project = api.updateSnapshot({ openProjects: [join(ROOT, 'tsconfig.json')] }).getProjects()[0]!;
    return `${[HEAD, ...ENTRIES.filter(({ platform }) => platform === 'node').map((entry) => describeEntry(entry, project))].join('\n')}`;
  } finally {
    api.close();
  }
}

function describeEntry(entry: Entry, project: Project): string {
  const { checker, program } = project;
  const file = program.getSourceFile(join(ROOT, entry.source))!;
  const exported = checker
    .getExportsOfModule(checker.getSymbolAtLocation(file)!)
    .map((symbol) => (symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
    .sort((one, other) => rank(one) - rank(other) || (one.name < other.name ? -1 : 1));
  const from = entry.name === '.' ? 'carillon' : `carillon${entry.name.slice(1)}`;
  return [`## \`${from}\``, '', ...exported.map((symbol) => describe(symbol, project))].join('\n');
}

/** What an alias stands for, however long, rather than its name. */
const WHOLE = NodeBuilderFlags.InTypeAlias | NodeBuilderFlags.NoTruncation;

/** What a reader looks for first: classes, functions, the properties they take, the rest. */
function rank({ flags }: Declared): number {
  if (flags & SymbolFlags.Class) return 0;
  if (flags & SymbolFlags.Function) return 1;
  return flags & SymbolFlags.Interface ? 2 : 3;
}

function describe(symbol: Declared, project: Project): string {
  const { checker } = project;
  const lines = [`### ${symbol.name}`, '', ...paragraph(symbol, checker)];
  if (symbol.flags & SymbolFlags.Interface) {
    const members = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol));
    const [methods, properties] = [members.filter(isMethod), members.filter((member) => !isMethod(member))];
    if (properties.length > 0) {
      lines.push('| Property | Type | Default | |', '| --- | --- | --- | --- |');
      lines.push(...properties.map((property) => propertyRow(property, project)), '');
    }
    if (methods.length > 0) {
      lines.push('| Method | |', '| --- | --- |');
      const text = (method: Declared) => code(declarationText(method, project).replace(/;$/, ''));
      lines.push(...methods.map((method) => `| ${text(method)} | ${comment(method, checker)} |`), '');
    }
  } else if (symbol.flags & SymbolFlags.Class) {
    lines.push(...classLines(symbol, project));
  } else if (symbol.flags & SymbolFlags.TypeAlias) {
    const written = checker.typeToString(checker.getDeclaredTypeOfSymbol(symbol), undefined, WHOLE);
    lines.push('```ts', `type ${symbol.name} = ${written.replaceAll('"', "'")};`, '```', '');
  } else {
    lines.push('```ts', declarationText(symbol, project), '```', '');
  }
  return lines.join('\n');
}

const isMethod = ({ flags }: Declared) => (flags & SymbolFlags.Method) !== 0;

function classLines(symbol: Declared, project: Project): string[] {
  const { checker } = project;
  const own = [...symbol.getMembers().values()].filter((member) => !/^private\b/.test(sourceOf(member, project)));
  const isConstructor = ({ flags }: Declared) => (flags & SymbolFlags.Constructor) !== 0;
  const signature = (member: Declared) =>
    declarationText(member, project).replace(/^constructor/, `new ${symbol.name}`);
  return [
    '```ts',
    ...own.filter(isConstructor).map(signature),
    '```',
    '',
    ...own
      .filter(isMethod)
      .flatMap((member) => [
        `#### ${member.name}`,
        '',
        ...paragraph(member, checker),
        '```ts',
        signature(member),
        '```',
        '',
      ]),
    '#### Properties',
    '',
    '| Property | Type | |',
    '| --- | --- | --- |',
    ...own
      .filter((member) => !isMethod(member) && !isConstructor(member))
      .map((member) => `| \`${member.name}\` | ${code(typeText(member, project))} | ${comment(member, checker)} |`),
    '',
  ];
}

function propertyRow(property: Declared, project: Project): string {
  const { checker } = project;
  const isOptional = (property.flags & SymbolFlags.Optional) !== 0;
  const tag = property.getJsDocTags(checker).find(({ name }) => name === 'default');
  const text = tag?.text?.trim() ?? '';
  const stated = text.startsWith('- ') ? text.slice(2) : code(text);
  if (isOptional && text === '') throw new Error(`${property.name} is optional: say its default with @default.`);
  const type = code(typeText(property, project));
  return `| \`${property.name}\` | ${type} | ${isOptional ? stated : '(required)'} | ${comment(property, checker)} |`;
}

function paragraph(symbol: Declared, checker: Checker): string[] {
  const text = comment(symbol, checker);
  return text === '' ? [] : [text, ''];
}

function comment(symbol: Declared, checker: Checker): string {
  const text = symbol.getDocumentationComment(checker).replace(/\s+/g, ' ').trim();
  if (text === '' && !(symbol.flags & SymbolFlags.Constructor)) throw new Error(`${symbol.name} has no comment.`);
  return text;
}

/** In a table's cell. */
const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``;

/** As written where it is written, because `EventPath` says more than what it stands for. */
function typeText(symbol: Declared, project: Project): string {
  const { type } = declarationOf(symbol, project) as Node & { type?: Node };
  if (!type) throw new Error(`${symbol.name}: write its type out.`);
  return type.getSourceFile().text.slice(type.getStart(), type.end);
}

/** As written, without a body, a value or modifiers. */
function declarationText(symbol: Declared, project: Project): string {
  const node = declarationOf(symbol, project) as Node & { body?: Node };
  const text = node.getSourceFile().text.slice(node.getStart(), node.body?.getStart() ?? node.end);
  return text.replace(/^export (type )?/, '$1').trim();
}

const sourceOf = (symbol: Declared, project: Project): string => {
  const node = declarationOf(symbol, project);
  return node.getSourceFile().text.slice(node.getStart(), node.end);
};

function declarationOf(symbol: Declared, project: Project): Node {
  return (symbol.valueDeclaration ?? symbol.declarations[0]!).resolve(project)!;
}

// Declarations that need no schema library: types inferred from a schema are written out, and the schemas are left out.
import type { Node, SourceFile } from 'typescript/unstable/ast';
import { API, NodeBuilderFlags, type Project, SymbolFlags } from 'typescript/unstable/sync';

/** What an alias stands for, however long, over several lines. */
const WHOLE = NodeBuilderFlags.InTypeAlias | NodeBuilderFlags.NoTruncation | NodeBuilderFlags.MultilineObjectLiterals;

export interface SchemaTypes {
  /**
   * The text of a declaration file without the package: only its exported types and what does not mention the package.
   */
  without(packageName: string, path: string): string;
  close(): void;
}

/** `tsconfig` is of the project of the declarations. */
export function schemaTypes(cwd: string, tsconfig: string): SchemaTypes {
  const api = new API({ cwd });
  const project = api.updateSnapshot({ openProjects: [tsconfig] }).getProjects()[0]!;
  return {
    without: (packageName, path) => rewritten(project, project.program.getSourceFile(path)!, packageName),
    close: () => api.close(),
  };
}

function rewritten(project: Project, file: SourceFile, packageName: string): string {
  const { checker } = project;
  const source = file.text;
  const imported = new RegExp(`^import \\* as (\\w+) from '${packageName}';$`, 'm').exec(source)?.[1];
  if (imported === undefined)
    throw new Error(`${file.fileName}: import it as \`import * as z from '${packageName}'\`.`);
  const mentions = (text: string) => new RegExp(`\\b${imported}\\.`).test(text);
  const textOf = (node: Node) => source.slice(node.getStart(), node.end);
  const comment = (node: Node) => source.slice(node.pos, node.getStart()).trim();

  const kept: string[] = [];
  for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(file)!)) {
    const declaration = symbol.declarations[0]!.resolve(project)!;
    if (symbol.flags & SymbolFlags.TypeAlias) {
      const written = checker.typeToString(checker.getDeclaredTypeOfSymbol(symbol), declaration, WHOLE);
      kept.push(`${comment(declaration)}\nexport type ${symbol.name} = ${written};`);
    } else if (symbol.flags & SymbolFlags.Interface && !mentions(textOf(declaration))) {
      kept.push(`${comment(declaration)}\n${textOf(declaration)}`);
    }
  }
  const body = kept.join('\n');
  const imports = source.match(/^import [^;]+;$/gm) ?? [];
  const isUsed = (line: string) => (line.match(/\w+/g) ?? []).some((name) => new RegExp(`\\b${name}\\b`).test(body));
  const namesOf = (line: string) => line.replace(/^import|type|from '.*$/g, '');
  return `${[...imports.filter((line) => !line.includes(`'${packageName}'`) && isUsed(namesOf(line))), body].join('\n')}\n`;
}

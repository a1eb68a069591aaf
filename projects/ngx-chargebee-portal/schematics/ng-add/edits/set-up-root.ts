import type { Tree } from '@angular-devkit/schematics';
import { locationOf } from '../analysis/program';
import type { Root } from '../analysis/root';
import { ts } from '../analysis/typescript';
import type { Options } from '../options';
import { IDENTITY_PLACEHOLDER, SetupCode, type Backend } from '../setup-code';
import { readTextFile } from '../text-file';
import { Imports } from './imports';
import { fillSlot, type FileEdit } from './slots';
import { styleOf } from './style';
import { TextEdits } from './text-edits';

/** Adds the library to the root of an app. Returns the location of the identity placeholder, such as `src/main.ts:12`. */
export function setUpRoot(tree: Tree, root: Root, options: Options, backend: Backend): string {
  const { file } = root;
  const style = styleOf(file);
  const edit: FileEdit = {
    file,
    style,
    edits: new TextEdits(file.text),
    imports: new Imports(file, style),
  };
  const code = new SetupCode(options, backend, style, (symbol, module) =>
    edit.imports.use(symbol, module),
  );
  const apollo = code.apolloProvider();
  if (root.kind === 'standalone') {
    fillSlot(edit, root.providers, [...(apollo ? [apollo] : []), code.provider()]);
  } else {
    fillSlot(edit, root.imports, [code.moduleImport()]);
    if (apollo) fillSlot(edit, root.providers, [apollo]);
  }
  edit.imports.apply(edit.edits);
  const text = edit.edits.apply();
  tree.overwrite(file.fileName, readTextFile(tree, file.fileName)!.encode(text));
  return placeholderIn(file.fileName, text);
}

function placeholderIn(path: string, text: string): string {
  const edited = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  return locationOf(edited, text.indexOf(IDENTITY_PLACEHOLDER));
}

import type { Tree } from '@angular-devkit/schematics';

/** Whether a TypeScript file below a folder holds a text. */
export function sourceMentions(tree: Tree, folder: string, text: string): boolean {
  let found = false;
  tree.getDir(folder).visit((path) => {
    found ||= path.endsWith('.ts') && tree.readText(path).includes(text);
  });
  return found;
}

import type { Expression, Node, SourceFile } from 'typescript';
import type { Slot } from '../analysis/root';
import { ts } from '../analysis/typescript';
import type { Imports } from './imports';
import { insertElements, reindent, type Element } from './list';
import { indentationAt, type Style } from './style';
import type { TextEdits } from './text-edits';

/** A file that is being edited. */
export interface FileEdit {
  readonly file: SourceFile;
  readonly style: Style;
  readonly edits: TextEdits;
  readonly imports: Imports;
}

/** Adds elements to the providers or imports at a slot, in the way that its kind requires. */
export function fillSlot(edit: FileEdit, slot: Slot, added: readonly Element[]): void {
  const { edits, file, style } = edit;
  switch (slot.kind) {
    case 'array': {
      const { array } = slot;
      insertElements(edits, file, style, { node: array, elements: array.elements }, added);
      break;
    }
    case 'value':
      wrap(edit, slot.value, '[', `, ${toText(edit, slot.value, added)}]`);
      break;
    case 'shorthand': {
      const { property } = slot;
      wrap(edit, property, `${property.name.text}: [`, `, ${toText(edit, property, added)}]`);
      break;
    }
    case 'missing': {
      const { object, name } = slot;
      const list = { node: object, elements: object.properties };
      insertElements(edits, file, style, list, [listProperty(name, added)]);
      break;
    }
    case 'merge':
      mergeConfig(edit, slot, configWith(added));
      break;
    case 'no-config':
      passConfig(edit, slot, configWith(added));
      break;
  }
}

/** Merges a configuration that cannot be edited with another one, by `mergeApplicationConfig`. */
function mergeConfig(
  edit: FileEdit,
  { config, isOptional }: Extract<Slot, { kind: 'merge' }>,
  added: Element,
): void {
  const merge = edit.imports.use('mergeApplicationConfig', '@angular/core');
  const [open, close] = isOptional && needsParentheses(config) ? ['(', ')'] : ['', ''];
  const fallback = isOptional ? ' ?? { providers: [] }' : '';
  wrap(edit, config, `${merge}(${open}`, `${close}${fallback}, ${toText(edit, config, [added])})`);
}

/** Passes a configuration to a call without one. */
function passConfig(
  edit: FileEdit,
  { call, undefinedArgument }: Extract<Slot, { kind: 'no-config' }>,
  added: Element,
): void {
  const config = toText(edit, call, [added]);
  if (undefinedArgument) {
    edit.edits.replace(undefinedArgument.getStart(edit.file), undefinedArgument.getEnd(), config);
    return;
  }
  const { length, hasTrailingComma, end } = call.arguments;
  edit.edits.insert(hasTrailingComma ? end - 1 : end, (length ? ', ' : '') + config);
}

/** Returns whether an expression requires parentheses before `??`. */
function needsParentheses(expression: Expression): boolean {
  return (
    ts.isConditionalExpression(expression) ||
    (ts.isBinaryExpression(expression) &&
      expression.operatorToken.kind !== ts.SyntaxKind.QuestionQuestionToken)
  );
}

/** Returns an application configuration with the providers. */
function configWith(providers: readonly Element[]): Element {
  return ['{', ...indented(listProperty('providers', providers), ','), '}'];
}

/** Returns the property `name: […]` with the elements. */
function listProperty(name: string, elements: readonly Element[]): Element {
  return [`${name}: [`, ...elements.flatMap((element) => indented(element, ',')), ']'];
}

/** Indents an element by one level, and adds `end` to its last line. */
function indented(element: Element, end: string): string[] {
  return element.map((line, index) => `  ${line}${index === element.length - 1 ? end : ''}`);
}

/** Inserts text before and after a node. */
function wrap({ edits, file }: FileEdit, node: Node, before: string, after: string): void {
  edits.insert(node.getStart(file), before);
  edits.insert(node.getEnd(), after);
}

/** Returns the elements, separated by commas, as text that follows on the line of a node. */
function toText({ file, style }: FileEdit, node: Node, elements: readonly Element[]): string {
  const indentation = indentationAt(file.text, node.getStart(file));
  return elements.map((element) => reindent(element, indentation, style).trimStart()).join(', ');
}

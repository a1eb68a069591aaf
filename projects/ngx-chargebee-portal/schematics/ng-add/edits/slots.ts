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
      wrap(edit, slot.value, '[', ['', ...added], ']');
      break;
    case 'shorthand':
      edits.insert(slot.property.getStart(file), `${slot.property.name.text}: [`);
      edits.insert(slot.property.getEnd(), `${joined(edit, slot.property, ['', ...added])}]`);
      break;
    case 'missing': {
      const { object, name } = slot;
      const list = { node: object, elements: object.properties };
      insertElements(edits, file, style, list, [listProperty(name, added)]);
      break;
    }
    case 'merge': {
      const merge = edit.imports.use('mergeApplicationConfig', '@angular/core');
      const config = ['{', ...indented(listProperty('providers', added), 1, ','), '}'];
      const parenthesis = slot.isOptional && needsParentheses(slot.config) ? ['(', ')'] : ['', ''];
      if (slot.isOptional) {
        edits.insert(slot.config.getEnd(), `${parenthesis[1]} ?? { providers: [] }`);
      }
      wrap(edit, slot.config, `${merge}(${parenthesis[0]}`, ['', config], ')');
      break;
    }
    case 'no-config': {
      const config = ['{', ...indented(listProperty('providers', added), 1, ','), '}'];
      const { call, instead } = slot;
      if (instead) {
        edits.replace(instead.getStart(file), instead.getEnd(), joined(edit, call, [config]));
        break;
      }
      const separator = call.arguments.length ? ', ' : '';
      const end = call.arguments.hasTrailingComma ? call.arguments.end - 1 : call.arguments.end;
      edits.insert(end, separator + joined(edit, call, [config]));
      break;
    }
  }
}

/** Returns whether an expression requires parentheses before `??`. */
function needsParentheses(expression: Expression): boolean {
  return (
    ts.isConditionalExpression(expression) ||
    (ts.isBinaryExpression(expression) &&
      expression.operatorToken.kind !== ts.SyntaxKind.QuestionQuestionToken)
  );
}

/** Returns the property `name: […]` with the elements. */
function listProperty(name: string, added: readonly Element[]): Element {
  return [`${name}: [`, ...added.flatMap((element) => indented(element, 1, ',')), ']'];
}

function indented(element: Element, levels: number, end: string): string[] {
  return element.map(
    (line, index) => '  '.repeat(levels) + line + (index === element.length - 1 ? end : ''),
  );
}

function wrap(
  edit: FileEdit,
  node: Node,
  open: string,
  added: readonly (Element | '')[],
  close: string,
): void {
  edit.edits.insert(node.getStart(edit.file), open);
  edit.edits.insert(node.getEnd(), joined(edit, node, added) + close);
}

/** Joins elements with commas. An empty first element adds a comma before the others. */
function joined(edit: FileEdit, node: Node, added: readonly (Element | '')[]): string {
  const { file, style } = edit;
  const indentation = indentationAt(file.text, node.getStart(file));
  return added
    .map((element) => (element === '' ? '' : reindent(element, indentation, style).trimStart()))
    .join(', ');
}

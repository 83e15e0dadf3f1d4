import type { Root } from 'hast';
import { visit } from './visit.ts';

/** A rehype plugin: the checkbox of a task list gets a name for those who cannot see where it stands. */
export function labelTaskLists() {
  return (tree: Root): void => {
    visit(tree, ({ tagName, properties }) => {
      if (tagName !== 'input' || properties['type'] !== 'checkbox') return;
      properties['ariaLabel'] = properties['checked'] === true ? 'done' : 'to do';
    });
  };
}

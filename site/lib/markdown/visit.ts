import type { Element, Root } from 'hast';

/** Calls `see` for each element of a tree, parents before children. */
export function visit(node: Root | Element, see: (element: Element) => void): void {
  for (const child of node.children) {
    if (child.type !== 'element') continue;
    see(child);
    visit(child, see);
  }
}

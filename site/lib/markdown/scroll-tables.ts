import type { Element, Root } from 'hast';

/** A rehype plugin: a table too wide for a phone scrolls by itself, and can be reached and scrolled by keyboard. */
export function scrollTables() {
  return (tree: Root): void => {
    let count = 0;
    tree.children = tree.children.map((child) => {
      if (child.type !== 'element' || child.tagName !== 'table') return child;
      count += 1;
      return {
        type: 'element',
        tagName: 'div',
        properties: { className: ['scroll'], role: 'region', ariaLabel: `Table ${String(count)}`, tabIndex: 0 },
        children: [child],
      } satisfies Element;
    });
  };
}

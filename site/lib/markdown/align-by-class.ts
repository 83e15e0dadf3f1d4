import type { Element, Root } from 'hast';
import { visit } from './visit.ts';

/** A rehype plugin: an aligned table cell gets a class in place of an inline style, which the site's policy forbids. */
export function alignByClass() {
  return (tree: Root): void => {
    visit(tree, (element) => {
      if (element.tagName !== 'td' && element.tagName !== 'th') return;
      const align = alignmentOf(element);
      if (align === undefined) return;
      delete element.properties['align'];
      delete element.properties['style'];
      element.properties['className'] = [`align-${align}`];
    });
  };
}

function alignmentOf({ properties }: Element): string | undefined {
  const { align, style } = properties;
  if (typeof align === 'string') return align;
  return typeof style === 'string' ? /text-align:\s*(left|center|right)/.exec(style)?.[1] : undefined;
}

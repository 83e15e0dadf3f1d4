/** Stands in a skeleton's statement until somebody writes it; the catalogue refuses it by name. */
export const placeholder = 'Fill in:';

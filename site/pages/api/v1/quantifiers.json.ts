import type { APIRoute } from 'astro';
import { quantifiers } from '../../../../verify/verdict/quantifiers.ts';
import { ruleSentence } from '../../../../verify/verdict/rule-sentence.ts';
import { jsonResponse } from '../../../lib/machine/api.ts';

export const GET: APIRoute = () =>
  jsonResponse({
    version: 1,
    quantifiers: quantifiers.map((quantifier) => ({ ...quantifier, sentence: ruleSentence(quantifier.rule) })),
  });

/// <reference types="astro/client" />
import type { ClaimPage } from './lib/claims/claim-page.ts';

declare global {
  namespace App {
    interface Locals {
      /** The claim whose page is being made: what the components inside its prose speak of. */
      claim?: ClaimPage;
    }
  }
}

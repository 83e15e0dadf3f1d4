/// <reference types="astro/client" />

declare namespace App {
  interface Locals {
    /** The claim whose page is being made: what the components inside its prose speak of. */
    claim?: import('./lib/claims/claim-page.ts').ClaimPage;
  }
}

/** The paths of the real kubectl and helm. Throws where they can't be had or are not the versions that the tests are about. */
export function realClients(): { readonly kubectl: string; readonly helm: string; readonly folder: string };

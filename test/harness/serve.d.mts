export interface ServeOptions {
  readonly note?: string;
  readonly vault?: string;
  readonly port?: number;
  readonly build?: boolean;
}
export function serve(options?: ServeOptions): Promise<{ url: string; close(): Promise<void> }>;

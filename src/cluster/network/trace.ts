import type { Dict, Ms, Ref } from "../model";

export interface NetRequest {
  readonly protocol: "http" | "https" | "tcp" | "udp" | "dns" | "grpc" | "icmp";
  /** A name or an address. For dns: the name to resolve. */
  readonly to: string;
  readonly port: number;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Dict;
  readonly body?: string;
  /** Virtual ms. */
  readonly timeout: Ms;
}

/** For dns the body is one record a line: "10.96.0.10 kube-dns.kube-system.svc.cluster.local". */
export interface NetResponse {
  readonly status: number;
  readonly headers: Dict;
  readonly body: string;
}

export type NetResult =
  | { readonly ok: true; readonly response: NetResponse; readonly trace: string; readonly address?: string }
  | { readonly ok: false; readonly why: "dns" | "refused" | "timeout" | "reset" | "unreachable"; readonly trace: string; readonly address?: string };

/** One stop of a packet. `from` and `until` are virtual ms. */
export interface Hop {
  readonly ref: Ref;
  readonly role: "process" | "lo" | "eth0" | "veth" | "bridge" | "route" | "node" | "rules" | "policy" | "proxy" | "balancer" | "dns";
  readonly from: Ms;
  readonly until: Ms;
  readonly packet: { readonly src: string; readonly dst: string };
  readonly rewrite?: { readonly src?: string; readonly dst?: string };
  readonly choice?: { readonly of: readonly Ref[]; readonly took: number; readonly because: string };
  readonly verdict?: "drop" | "reject";
}

export interface RequestTrace {
  readonly id: string;
  readonly purpose: "request" | "probe" | "dns";
  /** A process of a pod names its container in `part`. */
  readonly from: Ref | "external";
  readonly request: NetRequest;
  readonly start: Ms;
  readonly end: Ms;
  readonly out: readonly Hop[];
  readonly back: readonly Hop[];
  readonly result: NetResult;
}

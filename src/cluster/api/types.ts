import type { KubeObject } from "../model";
import type * as k8s from "@kubernetes/client-node/dist/gen/models/all";

/** A type of the models package as it travels: deeply read-only JSON, times as RFC 3339 text. */
export type Wire<T> = T extends Date ? string
  : T extends string | number | boolean | null | undefined ? T
  : T extends (infer E)[] ? readonly Wire<E>[]
  : T extends object ? { readonly [K in keyof T as K extends "toString" ? never : K]: Wire<T[K]> }
  : T;
export type { k8s };

/** An object as the store holds it. */
export type Stored<T> = KubeObject & Omit<Wire<T>, "apiVersion" | "kind" | "metadata">;
type WithSpec<T> = T extends { spec?: infer S; status?: infer U } ? Omit<T, "spec" | "status"> & { readonly spec: NonNullable<S>; readonly status?: NonNullable<U> } : T;

export type PodSpec = Wire<k8s.V1PodSpec>;
export type PodTemplate = Wire<k8s.V1PodTemplateSpec>;
export type Container = Wire<k8s.V1Container>;
export type ContainerStatus = Wire<k8s.V1ContainerStatus>;
export type Probe = Wire<k8s.V1Probe>;
export type Volume = Wire<k8s.V1Volume>;
export type Taint = Wire<k8s.V1Taint>;
export type Toleration = Wire<k8s.V1Toleration>;
export type Pod = KubeObject & WithSpec<Omit<Wire<k8s.V1Pod>, "apiVersion" | "kind" | "metadata">>;
export type Node = KubeObject & WithSpec<Omit<Wire<k8s.V1Node>, "apiVersion" | "kind" | "metadata">>;
export type Namespace = KubeObject & WithSpec<Omit<Wire<k8s.V1Namespace>, "apiVersion" | "kind" | "metadata">>;
export type Deployment = KubeObject & WithSpec<Omit<Wire<k8s.V1Deployment>, "apiVersion" | "kind" | "metadata">>;
export type ReplicaSet = KubeObject & WithSpec<Omit<Wire<k8s.V1ReplicaSet>, "apiVersion" | "kind" | "metadata">>;
export type Service = KubeObject & WithSpec<Omit<Wire<k8s.V1Service>, "apiVersion" | "kind" | "metadata">>;
export type Ingress = KubeObject & WithSpec<Omit<Wire<k8s.V1Ingress>, "apiVersion" | "kind" | "metadata">>;
export type IngressClass = KubeObject & WithSpec<Omit<Wire<k8s.V1IngressClass>, "apiVersion" | "kind" | "metadata">>;
export type Endpoints = Stored<k8s.V1Endpoints>;
export type EndpointSlice = Stored<k8s.V1EndpointSlice>;
export type ConfigMap = Stored<k8s.V1ConfigMap>;
export type Secret = Stored<k8s.V1Secret>;
export type ServiceAccount = Stored<k8s.V1ServiceAccount>;
export type Event = Stored<k8s.CoreV1Event>;
export type Lease = KubeObject & WithSpec<Omit<Wire<k8s.V1Lease>, "apiVersion" | "kind" | "metadata">>;
